"""What teams say that their services call, as edges. What transformations read is the graph's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from observability.servicemap.mapped import Edge
from observability.servicemap.peers import DATABASE, HOST, QUEUE, SERVICE
from portal.catalog.models import Component, Dependency

KINDS = (SERVICE, DATABASE, QUEUE, HOST)  # what a declared dependency may lead to on the map
ROW = ("component__name", "direction", "kind", "name")


def every(most: int) -> list[Edge]:
    """Those of all services, in the order of their names."""
    return [_edge(*row) for row in _rows().order_by(*ROW)[:most]]


def by(names: Collection[str]) -> list[Edge]:
    """Those of the services of these names."""
    return [_edge(*row) for row in _rows().filter(component__name__in=names)]


def _rows() -> QuerySet[Dependency, Any]:
    return (
        Dependency.objects.filter(source=Dependency.Source.DECLARED, kind__in=KINDS)
        .exclude(component__kind=Component.Kind.TRANSFORMATION)
        .values_list(*ROW)
    )


def _edge(component: str, direction: str, kind: str, name: str) -> Edge:
    here, there = (SERVICE, component), (kind, name)
    if kind == QUEUE and direction == Dependency.Direction.READS:
        here, there = there, here
    return Edge(here, there, is_declared=True)
