"""Components as the search knows them."""

from __future__ import annotations

from collections.abc import Iterator

from portal.catalog.models import Component
from portal.search.things import Thing

WEIGHT, DEPRECATED = 6, -6


def thing(component: Component) -> Thing:
    """By name, title and description; what it reads and promises is added by the floor above."""
    is_deprecated = component.lifecycle == Component.Lifecycle.DEPRECATED
    kind = Component.Kind(component.kind).label
    if component.is_unowned:
        kind = f"{kind}, seen and unowned"
    return Thing(
        kind="component",
        name=component.name,
        url=f"/components/{component.name}/",
        icon=component.kind,
        title=component.title,
        text=component.description,
        team=component.team.name,
        note=f"{kind}, deprecated" if is_deprecated else kind,
        labels=None,
        weight=DEPRECATED if is_deprecated else WEIGHT,
    )


def every() -> Iterator[Thing]:
    """All of them, for the command that builds the search anew."""
    for component in Component.objects.select_related("team").order_by("pk").iterator():
        yield thing(component)
