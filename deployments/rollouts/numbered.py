"""A deployment that someone asks for by its number, and a version by its component and number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployments.releases.models import Release
from deployments.rollouts.models import Deployment
from portal.search.things import Hit


def hits(number: int) -> Iterator[Hit]:
    """The deployment of this number, if there is one; one query."""
    rows = Deployment.objects.filter(number=number).select_related(
        "component__team", "environment", "release", "configuration", "previous_configuration"
    )
    for row in rows:
        yield Hit(
            kind="deployment",
            kind_label="Deployment",
            name=f"Deployment #{row.number}",
            title="",
            text=row.reason,
            note=f"{row.component.name} {row.title}, {row.get_state_display().lower()}",
            team=row.component.team.name,
            url=row.path,
            icon="deploy",
        )


def releases(components: Sequence[str], number: int) -> Iterator[Hit]:
    """The versions of this number of these components, in their order; one query."""
    rows = Release.objects.filter(component__name__in=components, number=number).select_related(
        "component__team"
    )
    found = {row.component.name: row for row in rows}
    for name in components:
        if row := found.get(name):
            yield Hit(
                kind="release",
                kind_label="Version",
                name=f"{name} {row}",
                title="",
                text=str(row.source.get("message", "")),
                note="Version",
                team=row.component.team.name,
                url=f"/components/{name}/versions/{number}/",
                icon="release",
            )
