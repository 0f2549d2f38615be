"""What files say of each other, as dependencies of components: what the graph and the map read.

All at once and as a difference: an entity of one source may be what another's has named for long.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
    """Of relations both of whose ends are components here.

    Put together in this process: as a question with a look at each end, PostgreSQL takes the tables
    for small right after they were filled, and reads all of them for each relation.
    """
    ends = Entity.objects.filter(component__isnull=False, orphaned_at=None)
    components = {
        ref: (pk, name)
        for ref, pk, name in ends.values_list("ref", "component_id", "component__name")
    }
    said = EntityRelation.objects.filter(type__in=DIRECTIONS, said_by__orphaned_at=None)
    wanted: set[Row] = set()
    for here, kind, there in said.values_list("source", "type", "target").iterator():
        if here in components and there in components:
            pk, (other, name) = components[here][0], components[there]
            if pk != other:
                wanted.add((pk, DIRECTIONS[kind], name))
    return wanted


def untie(component: Component) -> None:
    """A component that no file describes any longer."""
    Dependency.objects.filter(component=component, source=Dependency.Source.FILE).delete()
