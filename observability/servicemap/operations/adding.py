"""Adding calls to the hours and days of their edges, and taking them back.

Only who holds the map's row comes here, so nobody waits for anybody.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from observability.servicemap.models import EdgeSum, ObservedEdge
from observability.servicemap.pairing import Call
from observability.servicemap.peers import OTHER, SERVICE, Node
from observability.traces.durations import bucket

MOST_BESIDE = 100  # things that one calls, queues and hosts that lead to one; the rest is one node
REST: Node = (OTHER, "everything else")
Ends = tuple[Node, Node, str]  # caller, callee, environment
Neighbours = dict[tuple[str, Node], set[Node]]  # by the side of the edge, and who stands there
Place = tuple[str, datetime]  # "hour" or "day", and when it begins


def read(value: Any) -> Any:
    """JSON of a cursor of our own, which hands over text."""
    return json.loads(value) if isinstance(value, str) else value


@dataclass(slots=True)
class Amount:
    """What comes to one sum of an edge; below zero what is taken back."""

    calls: int = 0
    errors: int = 0
    timed: int = 0
    total: int = 0
    buckets: Counter[int] = field(default_factory=Counter)

    def count(self, call: Call, sign: int) -> None:
        self.calls += sign
        self.errors += sign * call.is_error
        if call.duration is not None:
            microseconds = call.duration // 1000
            self.timed += sign
            self.total += sign * microseconds
            self.buckets[bucket(call.duration)] += sign


@dataclass(slots=True)
class Seen:
    """When an edge was first and last seen, and traces to look at."""

    first: datetime
    last: datetime
    trace_id: str
    failed_trace_id: str = ""


class Change:
    """What a batch adds and takes back, by edge, hour and day."""

    def __init__(self) -> None:
        self.amounts: dict[Ends, dict[Place, Amount]] = defaultdict(lambda: defaultdict(Amount))
        self.seen: dict[Ends, Seen] = {}

    def add(self, calls: Iterable[Call], trace_id: str) -> None:
        for call in calls:
            ends = self._count(call, 1)
            seen = self.seen.get(ends)
            if seen is None:
                self.seen[ends] = seen = Seen(call.at, call.at, trace_id)
            seen.first, seen.last = min(seen.first, call.at), max(seen.last, call.at)
            seen.trace_id = trace_id
            if call.is_error:
                seen.failed_trace_id = trace_id

    def take_back(self, calls: Iterable[Call], _trace_id: str) -> None:
        for call in calls:
            self._count(call, -1)

    def _count(self, call: Call, sign: int) -> Ends:
        ends = (call.caller, call.callee, call.environment)
        hour = call.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        for place in (
            (EdgeSum.Span.HOUR.value, hour),
            (EdgeSum.Span.DAY.value, hour.replace(hour=0)),
        ):
            self.amounts[ends][place].count(call, sign)
        return ends


def apply(change: Change, *, now: datetime) -> None:
    """Write it down."""
    if not change.amounts:
        return
    edges = _edges(change, now)
    sums: dict[tuple[UUID, str, datetime], Amount] = defaultdict(Amount)
    for ends, places in change.amounts.items():
        for (span, begins_at), amount in places.items():
            _join(sums[edges[ends], span, begins_at], amount)
    _write(sums)


def _join(into: Amount, more: Amount) -> None:
    into.calls += more.calls
    into.errors += more.errors
    into.timed += more.timed
    into.total += more.total
    for number, calls in more.buckets.items():
        into.buckets[number] += calls


def _edges(change: Change, now: datetime) -> dict[Ends, UUID]:
    """The row of each edge; those beyond the bound share one."""
    wanted = set(change.amounts)
    held = _held(wanted)
    beside = _beside(wanted - held.keys())
    found: dict[Ends, UUID] = {}
    new: dict[Ends, ObservedEdge] = {}
    updated: list[ObservedEdge] = []
    for ends in sorted(wanted):
        row = held.get(ends)
        kept = ends
        if row is None:
            kept = _bounded(ends, beside)
            row = held.get(kept) or new.get(kept) or _one(kept)
        if row is None:
            new[kept] = row = _made(kept, now)
            beside["caller", kept[0]].add(kept[1])
            beside["callee", kept[1]].add(kept[0])
        elif kept not in new:
            updated.append(row)
        _touch(row, change.seen.get(ends))
        found[ends] = row.pk
    ObservedEdge.objects.bulk_create(new.values())
    ObservedEdge.objects.bulk_update(
        {row.pk: row for row in updated}.values(),
        ["first_seen_at", "last_seen_at", "trace_id", "failed_trace_id"],
        batch_size=500,
    )
    return found


def _bounded(ends: Ends, beside: Neighbours) -> Ends:
    """Where one thing has too many neighbours on a side, its new ones there are "everything else".

    One that is known already, from another environment, is no new one.
    """
    caller, callee, environment = ends
    if _is_full(beside["caller", caller], callee):
        return caller, REST, environment
    if caller[0] != SERVICE and _is_full(beside["callee", callee], caller):
        return REST, callee, environment
    return ends


def _is_full(neighbours: set[Node], new: Node) -> bool:
    return new not in neighbours and len(neighbours - {REST}) >= MOST_BESIDE


def _beside(new: Collection[Ends]) -> Neighbours:
    """Who stands beside these already: whom they call, and what is no service before them."""
    found: Neighbours = defaultdict(set)
    if not new:
        return found
    nodes = {node for caller, callee, _ in new for node in (caller, callee)}
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, name in nodes:
        by_kind[kind].append(name)
    for side, other in (("caller", "callee"), ("callee", "caller")):
        about = Q(pk__in=[])
        for kind, names in by_kind.items():
            about |= Q(**{f"{side}_kind": kind, f"{side}__in": names})
        rows = ObservedEdge.objects.filter(about).values_list(
            f"{side}_kind", side, f"{other}_kind", other
        )
        if side == "callee":
            rows = rows.exclude(caller_kind=SERVICE)
        for kind, name, of_kind, neighbour in rows.distinct().iterator():
            found[side, (kind, name)].add((of_kind, neighbour))
    return found


def _held(wanted: Iterable[Ends]) -> dict[Ends, ObservedEdge]:
    columns = list(zip(*((*a, *b, where) for a, b, where in sorted(wanted)), strict=True))
    rows = ObservedEdge.objects.raw(
        "SELECT e.* FROM observability_observededge e JOIN"
        " unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
        " AS w(caller_kind, caller, callee_kind, callee, environment)"
        " USING (caller_kind, caller, callee_kind, callee, environment)",
        [list(column) for column in columns],
    )
    return {_ends(row): row for row in rows}


def _one(ends: Ends) -> ObservedEdge | None:
    return _held([ends]).get(ends)


def _ends(row: ObservedEdge) -> Ends:
    return (row.caller_kind, row.caller), (row.callee_kind, row.callee), row.environment


def _made(ends: Ends, now: datetime) -> ObservedEdge:
    caller, callee, environment = ends
    return ObservedEdge(
        caller_kind=caller[0],
        caller=caller[1],
        callee_kind=callee[0],
        callee=callee[1],
        environment=environment,
        first_seen_at=now,
        last_seen_at=datetime.min.replace(tzinfo=UTC),
    )


def _touch(row: ObservedEdge, seen: Seen | None) -> None:
    if seen is None:
        return
    row.first_seen_at = min(row.first_seen_at, seen.first)
    row.last_seen_at = max(row.last_seen_at, seen.last)
    row.trace_id = UUID(seen.trace_id)
    if seen.failed_trace_id:
        row.failed_trace_id = UUID(seen.failed_trace_id)


def _write(sums: dict[tuple[UUID, str, datetime], Amount]) -> None:
    keys = sorted(sums)
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT edge_id, span, begins_at, buckets FROM observability_edgesum JOIN"
            " unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS k(edge_id, span, begins_at)"
            " USING (edge_id, span, begins_at)",
            columns,
        )
        for edge, span, begins_at, held in cursor.fetchall():
            amount = sums[edge, span, begins_at]
            for number, calls in read(held).items():
                amount.buckets[int(number)] += calls
        cursor.execute(
            "INSERT INTO observability_edgesum AS t"
            " (edge_id, span, begins_at, calls, errors, timed, total, buckets)"
            " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::bigint[],"
            " %s::bigint[], %s::bigint[], %s::bigint[], %s::jsonb[])"
            " ON CONFLICT (edge_id, span, begins_at) DO UPDATE SET"
            " calls = t.calls + excluded.calls, errors = t.errors + excluded.errors,"
            " timed = t.timed + excluded.timed, total = t.total + excluded.total,"
            " buckets = excluded.buckets",
            [*columns, *_values(sums[key] for key in keys)],
        )


def _values(amounts: Iterable[Amount]) -> list[list[Any]]:
    rows = [(one.calls, one.errors, one.timed, one.total, _json(one.buckets)) for one in amounts]
    return [list(column) for column in zip(*rows, strict=True)]


def _json(counts: Counter[int]) -> str:
    return json.dumps({str(number): calls for number, calls in sorted(counts.items()) if calls})
