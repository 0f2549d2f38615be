"""Which edges lie so many steps around a thing: by index, a step after the other.

Rather too many than too few: names are those that spans say. What a person is shown is put
together, veiled and narrowed down again behind this (`mapped.around`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from observability.servicemap import declared, joining
from observability.servicemap.mapped import VEIL, Edge
from observability.servicemap.peers import SERVICE, Node

# Four queries a step, however much there is: names, what was seen, down and up, what is declared
SEEN = """
(SELECT 'down', e.id, e.callee_kind, e.callee FROM observability_observededge e
    JOIN unnest(%(down_kinds)s::text[], %(down)s::text[]) AS f(kind, name)
        ON e.caller_kind = f.kind AND e.caller = f.name
    WHERE e.last_seen_at >= %(since)s AND (%(environment)s = '' OR e.environment = %(environment)s)
    ORDER BY e.last_seen_at DESC LIMIT %(most)s)
UNION ALL
(SELECT 'up', e.id, e.caller_kind, e.caller FROM observability_observededge e
    JOIN unnest(%(up_kinds)s::text[], %(up)s::text[]) AS f(kind, name)
        ON e.callee_kind = f.kind AND e.callee = f.name
    WHERE e.last_seen_at >= %(since)s AND (%(environment)s = '' OR e.environment = %(environment)s)
    ORDER BY e.last_seen_at DESC LIMIT %(most)s)
"""


@dataclass(slots=True)
class Found:
    """Identities of observed edges, and declared edges; `is_cut` where a step had more than fit."""

    seen: set[UUID] = field(default_factory=set)
    declared: dict[tuple[Node, Node], Edge] = field(default_factory=dict)
    is_cut: bool = False


def around(center: Node, depth: int, *, environment: str, since: datetime, most: int) -> Found:
    """Down from what it calls to what that calls, and up to who calls it; `most` a step and way."""
    found = Found()
    begin = _begin(center)
    ends = {"down": begin, "up": begin}
    known: dict[str, set[Node]] = {"down": set(), "up": set()}
    for _ in range(depth):
        named = joining.named(ends["down"] | ends["up"])
        frontier = {
            way: {name for node in reached for name in named[node]} - known[way]
            for way, reached in ends.items()
        }
        for way, names in frontier.items():
            known[way] |= names
        ends = _seen(found, frontier, environment, since, most)
        for way, node in _declared(found, frontier, most):
            ends[way].add(node)
    return found


def _begin(center: Node) -> set[Node]:
    """With the service whose things are shown as one of each kind to who may not read more."""
    kind, name = center
    veiled = {(SERVICE, name.removeprefix(VEIL))} if kind != SERVICE else set()
    return {center} | (veiled if name.startswith(VEIL) else set())


def _seen(
    found: Found, frontier: dict[str, set[Node]], environment: str, since: datetime, most: int
) -> dict[str, set[Node]]:
    given: dict[str, Any] = {"environment": environment, "since": since, "most": most + 1}
    for way, nodes in frontier.items():
        given[way] = [name for _, name in sorted(nodes)]
        given[f"{way}_kinds"] = [kind for kind, _ in sorted(nodes)]
    with connection.cursor() as cursor:
        cursor.execute(SEEN, given)
        rows = cursor.fetchall()
    ends: dict[str, set[Node]] = {"down": set(), "up": set()}
    for way, pk, kind, name in rows:
        found.seen.add(pk)
        ends[way].add((kind, name))
    ways = [way for way, *_ in rows]
    found.is_cut |= any(ways.count(way) > most for way in ends)
    return ends


def _declared(
    found: Found, frontier: dict[str, set[Node]], most: int
) -> Iterable[tuple[str, Node]]:
    said = declared.beside(frontier["down"] | frontier["up"], most + 1)
    found.is_cut |= len(said) > most
    for edge in said:
        if edge.caller in frontier["down"]:
            found.declared[edge.ends] = edge
            yield "down", edge.callee
        if edge.callee in frontier["up"]:
            found.declared[edge.ends] = edge
            yield "up", edge.caller
