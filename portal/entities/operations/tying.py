"""What files say of each other, as dependencies of components: what the graph and the map read.

All at once and as a difference: an entity of one source may be what another's has named for long.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery

from portal.catalog.models import Component, Dependency
from portal.entities.models import Entity, EntityRelation

# relation -> which way data go, for the component that has it
DIRECTIONS = {
    "dependsOn": Dependency.Direction.READS,
    "consumesApi": Dependency.Direction.READS,
    "providesApi": Dependency.Direction.FEEDS,
}
Row = tuple[Any, str, str]  # component, direction, the other's name


def tie(*, now: datetime) -> int:
    """Make the dependencies that stand in files what the files say; how many rows changed."""
    wanted = _wanted()
    held: dict[Row, Any] = {
        (component, direction, name): pk
        for component, direction, name, pk in Dependency.objects.filter(
            source=Dependency.Source.FILE
        ).values_list("component_id", "direction", "name", "pk")
    }
    gone = [held[row] for row in held.keys() - wanted]
    new = wanted - held.keys()
    if gone:
        Dependency.objects.filter(pk__in=gone).delete()
    Dependency.objects.bulk_create(
        [
            Dependency(
                component_id=component,
                direction=direction,
                kind="component",
                name=name,
                source=Dependency.Source.FILE,
                since_at=now,
            )
            for component, direction, name in sorted(new, key=str)
        ],
        batch_size=1000,
    )
    return len(gone) + len(new)


def _wanted() -> set[Row]:
    """Of relations both of whose ends are components here."""
    ends = Entity.objects.filter(component__isnull=False, orphaned_at=None)
    here = ends.filter(ref=OuterRef("source"))
    there = ends.filter(ref=OuterRef("target"))
    rows = (
        EntityRelation.objects.filter(type__in=DIRECTIONS, said_by__orphaned_at=None)
        .annotate(
            here=Subquery(here.values("component_id")[:1]),
            there=Subquery(there.values("component__name")[:1]),
            other=Subquery(there.values("component_id")[:1]),
        )
        .filter(Exists(here), Exists(there))
        .exclude(here=F("other"))
    )
    return {
        (component, DIRECTIONS[kind], name)
        for component, kind, name in rows.values_list("here", "type", "there")
    }


def untie(component: Component) -> None:
    """A component that no file describes any longer."""
    Dependency.objects.filter(component=component, source=Dependency.Source.FILE).delete()
