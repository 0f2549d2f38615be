"""Walking the graph: what stands around a thing, or what a team's things are tied to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from portal.accounts.models import User
from portal.catalog.models import Component, Dependency
from portal.graph import things
from portal.graph.things import KINDS, Edge, Found, Graph, Key
from portal.typed import whole

MOST = 120  # things in one picture
MORE = 30  # that floors add to what is declared
DEEPEST = 4
UP, DOWN = "up", "down"
ROW = ("component__name", "direction", "kind", "name", "source")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for: around a thing so many steps, or the things of a team."""

    center: Key | None = None
    depth: int = 2
    way: str = ""  # up, down, "" both
    team: str = ""
    has_destinations: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str], center: Key | None = None) -> Wanted:
        depth = whole(given.get("depth", ""))
        way = given.get("way", "")
        return cls(
            center=center or key(given.get("from", "")),
            depth=2 if depth is None else min(max(depth, 1), DEEPEST),
            way=way if way in {UP, DOWN} else "",
            team=given.get("team", "").strip(),
            has_destinations=bool(given.get("destinations")),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted, by whom, and when: what a floor tells may depend on each."""

    wanted: Wanted
    by: User
    now: datetime


def key(text: str) -> Key | None:
    """ "client:acme-travel", or the name of a component."""
    kind, colon, name = text.strip().partition(":")
    if not kind:
        return None
    return (kind, name) if colon and kind in KINDS else ("component", text.strip())


def graph(wanted: Wanted, *, by: User, now: datetime, most: int = MOST) -> Graph:
    """The things and edges that are asked for, as `by` may see them.

    As many queries for a large house as for a small.
    """
    if wanted.center:
        edges = _around(wanted.center, wanted.depth, wanted.way)
        return _built(edges, [wanted.center], Asked(wanted, by, now), most)
    components = Component.objects.order_by("name")
    if wanted.team:
        components = components.filter(team__name=wanted.team)
    names = list(components.values_list("name", flat=True)[: most + 1])
    rows = Dependency.objects.values_list(*ROW)
    edges = _of(rows.filter(component__name__in=names[:most]))
    if wanted.team:  # and who of other teams reads what is theirs
        edges += _of(rows.filter(kind="component", name__in=names))
    first: list[Key] = [("component", name) for name in names[:most]]
    found = _built(edges, first, Asked(wanted, by, now), most)
    if len(names) > most:
        others = components.count() - most
        return Graph(found.things, found.edges, None, found.left_out + others)
    return found


def _built(edges: Iterable[Edge], first: list[Key], asked: Asked, most: int) -> Graph:
    keys, between, left_out = things.cut(things.merged(edges), most=most, first=first)
    found = _found(keys, asked)
    # Floors may add things that nobody declared: some, not all of them again.
    keys, between, _ = things.cut(things.instead_of(between, found), most=most + MORE, first=keys)
    tied = {end for edge in between for end in edge.ends} | set(first)
    named = things.known([key for key in keys if key in tied], found)
    ordered = sorted(between, key=lambda edge: edge.ends)
    return Graph(tuple(named), tuple(ordered), asked.wanted.center, left_out)


def _found(keys: Sequence[Key], asked: Asked) -> list[Found]:
    """What each floor knows of these things; settings name its function."""
    has_destinations = asked.wanted.has_destinations
    return [
        import_string(path)(keys, has_destinations=has_destinations, by=asked.by, now=asked.now)
        for path in settings.GRAPH_SOURCES
    ]


def _around(center: Key, depth: int, way: str) -> list[Edge]:
    """Up from what it needs to what that needs, and down to who needs it; a query a step and way.

    Not down again from what stands above: what shares a source with it is another matter.
    """
    ways = [way] if way else [UP, DOWN]
    return [edge for each in ways for edge in _steps(center, depth, each)]


def _steps(center: Key, depth: int, way: str) -> list[Edge]:
    found: list[Edge] = []
    seen, frontier = {center}, {center}
    for _ in range(depth):
        step = _of(_beside(frontier, way))
        found += step
        ends = {edge.source if way == UP else edge.target for edge in step}
        frontier = ends - seen
        seen |= frontier
        if not frontier or len(seen) > 4 * MOST:
            break
    return found


def _beside(frontier: Iterable[Key], way: str) -> QuerySet[Dependency, Any]:
    """The rows that say what stands one step up or down from these things."""
    names = [name for kind, name in frontier if kind == "component"]
    own, others = ("reads", "feeds") if way == UP else ("feeds", "reads")
    by_kind: dict[str, list[str]] = {}
    for kind, name in frontier:
        by_kind.setdefault(kind, []).append(name)
    about = Q(pk__in=[])
    for kind, of_kind in by_kind.items():
        about |= Q(kind=kind, name__in=of_kind)
    theirs = Dependency.objects.filter(component__name__in=names, direction=own)
    said = Dependency.objects.filter(about, direction=others)
    return theirs.values_list(*ROW).union(said.values_list(*ROW))


def _of(rows: QuerySet[Dependency, Any]) -> list[Edge]:
    return [_edge(*row) for row in rows]


def _edge(component: str, direction: str, kind: str, name: str, source: str) -> Edge:
    here, there = ("component", component), (kind, name)
    ends = (there, here) if direction == Dependency.Direction.READS else (here, there)
    is_declared = source != Dependency.Source.OBSERVED
    return Edge(*ends, is_declared=is_declared, is_seen=not is_declared)
