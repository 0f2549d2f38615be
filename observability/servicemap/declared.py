"""What teams say that their services call, as edges. What transformations read is the graph's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from observability.servicemap.mapped import Edge
from observability.servicemap.peers import DATABASE, HOST, QUEUE, SERVICE, Node
from portal.catalog.models import Component, Dependency

KINDS = (SERVICE, DATABASE, QUEUE, HOST)  # what a declared dependency may lead to on the map
ROW = ("component__name", "direction", "kind", "name")


def every(most: int) -> list[Edge]:
    """Those of all services, in the order of their names."""
    return [_edge(*row) for row in _rows().order_by(*ROW)[:most]]


def by(names: Collection[str]) -> list[Edge]:
    """Those of the services of these names."""
    return [_edge(*row) for row in _rows().filter(component__name__in=names)]


def beside(nodes: Collection[Node], most: int) -> list[Edge]:
    """Those that begin or end at one of these, whichever of both declares it; one query."""
    by_kind: dict[str, list[str]] = {}
    for kind, name in nodes:
        by_kind.setdefault(kind, []).append(name)
    # Never empty: Django would ask nothing, and pages ask as often whatever there is
    own = _rows().filter(component__name__in=by_kind.get(SERVICE) or [""])
    about = Q(kind=SERVICE, name="")
    for kind, names in by_kind.items():
        about |= Q(kind=kind, name__in=names)
    rows = own.union(_rows().filter(about)).order_by(*ROW)
    return [_edge(*row) for row in rows[:most]]


def _rows() -> QuerySet[Dependency, Any]:
    return (
        Dependency.objects.filter(kind__in=KINDS)
        .exclude(source=Dependency.Source.OBSERVED)
        .exclude(component__kind=Component.Kind.TRANSFORMATION)
        .values_list(*ROW)
    )


def _edge(component: str, direction: str, kind: str, name: str) -> Edge:
    here, there = (SERVICE, component), (kind, name)
    if kind == QUEUE and direction == Dependency.Direction.READS:
        here, there = there, here
    return Edge(here, there, is_declared=True)
