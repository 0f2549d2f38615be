"""Questions about who calls whom: as many queries for a large house as for a small one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from observability.logs import queries as logs
from observability.servicemap import declared, mapped, near
from observability.servicemap.asking import Asked
from observability.servicemap.joining import joined
from observability.servicemap.mapped import Counts, Edge, Picture, Thing
from observability.servicemap.models import MapProgress, ObservedEdge
from observability.servicemap.peers import SERVICE, Node
from observability.traces import durations
from observability.traces.stores.base import OURS
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component

NANO = 1e9  # nanoseconds of a second
MOST = 5_000  # edges that are looked at, seen and declared: those with most calls, and by name
PAGE = 50

SUMS = """
SELECT e.id, e.caller_kind, e.caller, e.callee_kind, e.callee, e.last_seen_at, e.trace_id,
    e.failed_trace_id, s.calls, s.errors, s.timed, s.total
FROM (
    SELECT edge_id, sum(calls)::bigint AS calls, sum(errors)::bigint AS errors,
        sum(timed)::bigint AS timed, sum(total)::bigint AS total
    FROM observability_edgesum WHERE span = %(of)s AND begins_at >= %(since)s
        AND (%(edges)s::uuid[] IS NULL OR edge_id = ANY(%(edges)s::uuid[]))
        AND (%(environment)s = '' OR edge_id IN (
            SELECT id FROM observability_observededge WHERE environment = %(environment)s))
    GROUP BY edge_id HAVING sum(calls) > 0 ORDER BY 2 DESC, 1 LIMIT %(most)s
) s JOIN observability_observededge e ON e.id = s.edge_id
"""
BUCKETS = """
SELECT edge_id, key::int, sum(value::bigint)::bigint
FROM observability_edgesum, jsonb_each_text(buckets)
WHERE edge_id = ANY(%s) AND span = %s AND begins_at >= %s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of edges; `more` is the `?after=` of the next one."""

    edges: list[Edge]
    more: str


@dataclass(frozen=True, slots=True)
class Found:
    """Edges as they are kept; `is_cut` where more fit."""

    seen: list[Edge]
    declared: list[Edge]
    is_cut: bool


class Map:
    """One question to the map, by one person."""

    def __init__(self, asked: Asked, by: User, now: datetime) -> None:
        self.asked = asked
        self.by = by
        self.now = now
        self.since = asked.since(now)
        self.seconds = max((now - self.since).total_seconds(), 1.0)

    @property
    def center(self) -> Node | None:
        return mapped.node(self.asked.around) if self.asked.around else None

    @cached_property
    def every(self) -> list[Edge]:
        """All edges that are asked for, of whatever way."""
        seen, said = self._found.seen, self._found.declared
        every = mapped.merged([*joined(seen), *said])
        edges = mapped.merged(mapped.veiled(every, frozenset(logs.hidden_from(self.by))))
        if self.center:
            edges = mapped.around(edges, self.center, self.asked.depth)
        return edges

    @property
    def is_cut(self) -> bool:
        """Whether there is more than was looked at."""
        return self._found.is_cut

    @cached_property
    def _found(self) -> Found:
        if self.center is None:
            return _whole(self.asked, self.since)
        return _around(self.asked, self.center, self.since)

    @cached_property
    def counts(self) -> Counts:
        return Counts(Counter(edge.way for edge in self.every))

    @cached_property
    def fitting(self) -> list[Edge]:
        """Those of the way that is asked for, in the order that is asked for."""
        found = [one for one in self.every if not self.asked.way or one.way == self.asked.way]
        return mapped.ordered(found, self.asked.sort)

    @cached_property
    def picture(self) -> Picture:
        """What fits into one; its edges without their percentiles."""
        return mapped.drawn(self.fitting, self.center)

    def rows(self, after: str, most: int = PAGE) -> Rows:
        page, more = mapped.behind(self.fitting, self.asked.sort, after, most)
        return Rows(_last_seen(self.timed(page)), more)

    def timed(self, edges: Sequence[Edge]) -> list[Edge]:
        """The same with their 95th percentiles; one query."""
        counts = _buckets([row for edge in edges for row in edge.rows], self.asked.of, self.since)
        return [replace(edge, p95=_p95(_added(counts, edge.rows))) for edge in edges]

    def things(self, nodes: Iterable[Node]) -> dict[Node, Thing]:
        """What the catalog knows of these; one query."""
        wanted = list(dict.fromkeys(nodes))
        names = [name for kind, name in wanted if kind == SERVICE]
        rows = Component.objects.select_related("team").filter(name__in=names)
        known = {row.name: row for row in rows}
        return {one: self._thing(one, known.get(one[1])) for one in wanted}

    def _thing(self, one: Node, component: Component | None) -> Thing:
        if component is None or one[0] != SERVICE:
            return _thing(one, None)
        can_change = component.kind != Component.Kind.TRANSFORMATION and access.may(
            self.by, "component.change", component
        )
        return replace(_thing(one, component), can_change=can_change)


def progress() -> MapProgress | None:
    """How far the map has looked, and what it could not look at."""
    return MapProgress.objects.first()


def _whole(asked: Asked, since: datetime) -> Found:
    seen = _seen(asked, since, None)
    said = declared.every(MOST + 1)
    return Found(seen[:MOST], said[:MOST], max(len(seen), len(said)) > MOST)


def _around(asked: Asked, center: Node, since: datetime) -> Found:
    """Only what lies near it is added up, however much else there is."""
    found = near.around(center, asked.depth, environment=asked.environment, since=since, most=MOST)
    seen = _seen(asked, since, sorted(found.seen))
    is_cut = found.is_cut or len(seen) > MOST
    return Found(seen[:MOST], list(found.declared.values()), is_cut)


def _seen(asked: Asked, since: datetime, edges: list[UUID] | None) -> list[Edge]:
    """With their sums, and one more than fit: those of these identities, or of everything."""
    given: dict[str, Any] = {
        "of": asked.of,
        "since": since,
        "most": MOST + 1,
        "edges": edges,
        "environment": "" if edges is not None else asked.environment,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMS, given)
        return [_edge(*row) for row in cursor.fetchall()]


def _edge(
    pk: UUID,
    caller_kind: str,
    caller: str,
    callee_kind: str,
    callee: str,
    last_seen_at: datetime,
    trace_id: UUID | None,
    failed_trace_id: UUID | None,
    *amounts: int,
) -> Edge:
    calls, errors, timed, total = amounts
    return Edge(
        caller=(caller_kind, caller),
        callee=(callee_kind, callee),
        calls=calls,
        errors=errors,
        timed=timed,
        total=total,
        rows=(pk,),
        last_seen_at=last_seen_at,
        trace_id=trace_id.hex if trace_id else "",
        failed_trace_id=failed_trace_id.hex if failed_trace_id else "",
    )


def _p95(counts: Mapping[int, int]) -> float | None:
    """Seconds."""
    found = durations.quantile(0.95, counts)
    return None if found is None else found / NANO


def _buckets(rows: Sequence[UUID], of: str, since: datetime) -> dict[UUID, Counter[int]]:
    found: dict[UUID, Counter[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(BUCKETS, [list(rows), of, since])
        for edge, number, calls in cursor.fetchall():
            found.setdefault(edge, Counter())[number] = calls
    return found


def _added(counts: dict[UUID, Counter[int]], rows: Iterable[UUID]) -> Counter[int]:
    added: Counter[int] = Counter()
    for row in rows:
        added.update(counts.get(row, {}))
    return added


def _last_seen(edges: Sequence[Edge]) -> list[Edge]:
    """Where something is declared and was not seen in this time: when it was seen before."""
    asked = [edge for edge in edges if not edge.is_seen]
    rows = ObservedEdge.objects.filter(
        caller_kind__in={edge.caller[0] for edge in asked},
        caller__in={edge.caller[1] for edge in asked},
        callee__in={edge.callee[1] for edge in asked},
    ).values_list("caller_kind", "caller", "callee_kind", "callee", "last_seen_at")
    last = {((a, b), (c, d)): at for a, b, c, d, at in rows.order_by("last_seen_at")}
    return [
        edge if edge.is_seen else replace(edge, last_seen_at=last.get(edge.ends)) for edge in edges
    ]


def _thing(node: Node, component: Component | None) -> Thing:
    kind, name = node
    if component is None:
        is_ours = kind == SERVICE and name.startswith(f"{OURS}-")
        return Thing(
            node,
            "This portal" if is_ours else mapped.LABELS[kind],
            mapped.ICONS[kind],
            is_ours=is_ours,
            searched=OURS if is_ours else name if kind == SERVICE else "",
        )
    return Thing(
        node,
        component.get_kind_display(),
        component.kind,
        team=component.team.name,
        is_unowned=component.is_unowned,
        url=reverse("portal:component-detail", args=[name]),
        searched=name,
    )
