"""Entities that are no components, as the search knows them: systems, groups and others."""

from __future__ import annotations

from collections.abc import Iterator

from portal.descriptors.adopting import FITTING
from portal.entities.models import Entity
from portal.search.things import Thing

WEIGHT = 3
ICONS = {
    "system": "catalog",
    "domain": "map",
    "group": "team",
    "user": "user",
    "location": "file",
    "api": "api",
    "resource": "resource",
    "component": "service",
    "template": "path",
}


def icon(folded: str) -> str:
    return ICONS.get(folded, "file")


def thing(entity: Entity) -> Thing:
    """By name, title and description, called by its reference."""
    return Thing(
        kind="entity",
        name=entity.ref,
        url=f"/catalog/entities/{entity.ref}/",
        icon=icon(entity.folded),
        title=entity.shown,
        text=entity.description,
        team="",
        note=entity.kind,
        labels=[("tag", tag) for tag in entity.tags],
        weight=WEIGHT,
    )


def every() -> Iterator[Thing]:
    """All of them, for the command that builds the search anew."""
    rows = Entity.objects.exclude(folded__in=FITTING).order_by("pk")
    for entity in rows.iterator():
        yield thing(entity)
