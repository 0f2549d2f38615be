"""A backfill that someone asks for by its number."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.backfills.models import Backfill
from portal.search.things import Hit


def hits(number: int) -> Iterator[Hit]:
    """The backfill of this number, if there is one; one query."""
    rows = Backfill.objects.filter(number=number).select_related(
        "transformation__component__team", "environment"
    )
    for row in rows:
        component = row.transformation.component
        yield Hit(
            kind="backfill",
            kind_label="Backfill",
            name=f"Backfill {row.number}",
            title="",
            text=row.reason,
            note=f"{component.name} in {row.environment.name}, {row.get_state_display().lower()}",
            team=component.team.name,
            url=row.path,
            icon="run",
        )
