"""Looking at spans that came in since the last look, some thousand at a time, off every hot path.

Stored spans are read in the order of their identities, which are made when they arrive; only up to
a little before now, because whoever has made identities may not have committed yet. A batch, what
it counts for, and how far the map has looked are one transaction: a message that is lost or comes
twice changes nothing, and a span that was sent twice is counted once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from observability.servicemap import pairing, reading
from observability.servicemap.models import MapProgress, SpanHalf
from observability.servicemap.operations import adding
from observability.servicemap.pairing import Call, Half
from portal.background import enqueue
from portal.ids import first_at

BATCH = 2_000  # spans
LOOK = "observability.servicemap.tasks.look"
SECONDS = 2.0  # after which a look leaves the rest to the next one
BEHIND = timedelta(seconds=10)  # what is younger may not be committed yet
LONGEST_WRITE = timedelta(minutes=5)  # nobody is waited for longer
FIRST_LOOK = timedelta(minutes=15)  # how far a new map looks back
HOPELESS = timedelta(hours=1)  # so far behind, the map jumps instead of running after
LATE = timedelta(days=4)  # no span is dated earlier than that; see otlp.translating
MOST_PER_TRACE = 5_000  # halves; what a trace has beyond is left out

SPANS = """
SELECT id, trace_id, span_id, parent_id, component, environment, kind, is_error, duration, at,
    attributes
FROM observability_span
WHERE kind >= 2 AND id > %s AND id < %s AND at >= %s ORDER BY id LIMIT %s
"""
WRITING = """
SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
COLUMNS = (
    *("trace_id", "span_id", "kind", "parent_id", "service", "environment", "at", "duration"),
    *("is_error", "peer_kind", "peer", "is_uncounted"),
)


def look(*, now: datetime) -> int:
    """Look at what came in: how many spans. One process at a time; the others do nothing.

    While more is there than a tick gets through, the next look follows at once: whoever waits for
    this thread has a turn in between.
    """
    until = time.monotonic() + SECONDS
    seen = 0
    while True:
        some = look_once(now=now)
        seen += some
        if some < BATCH:
            return seen
        if time.monotonic() >= until:
            enqueue(LOOK)
            return seen


@transaction.atomic
def look_once(*, now: datetime) -> int:
    """One batch."""
    progress = _held(now)
    if progress is None:
        return 0
    horizon = _horizon(now)
    _jump(progress, now, horizon)
    rows = _spans(progress.upto, horizon, now, BATCH)
    new, left_out = _remembered([reading.half(row) for row in rows], now)
    if new:
        _count({half.trace_id for half in new}, now)
    if rows:
        progress.upto = rows[-1][0]
    progress.looked_at, progress.left_out = now, F("left_out") + left_out
    progress.save()
    return len(rows)


def _held(now: datetime) -> MapProgress | None:
    """The row, if nobody else has it."""
    MapProgress.objects.bulk_create(
        [MapProgress(upto=first_at(now - FIRST_LOOK), looked_at=now)], ignore_conflicts=True
    )
    return MapProgress.objects.select_for_update(skip_locked=True).first()


def _horizon(now: datetime) -> UUID:
    """What lies before is committed: whoever still writes has begun later."""
    with connection.cursor() as cursor:
        cursor.execute(WRITING)
        (writing,) = cursor.fetchone()
    earliest = min(now, max(writing, now - LONGEST_WRITE)) if writing else now
    return first_at(earliest - BEHIND)


def _jump(progress: MapProgress, now: datetime, horizon: UUID) -> None:
    """Rather the calls of now than those of an hour ago."""
    if progress.upto >= first_at(now - HOPELESS):
        return
    begins = first_at(now - FIRST_LOOK)
    if _spans(progress.upto, begins, now, 1):
        progress.skipped_from, progress.skipped_to = _made(progress.upto), now - FIRST_LOOK
    progress.upto = min(begins, horizon)


def _made(identity: UUID) -> datetime:
    return datetime.fromtimestamp((identity.int >> 80) / 1000, tz=UTC)


def _spans(after: UUID, before: UUID, now: datetime, most: int) -> list[reading.Row]:
    with connection.cursor() as cursor:
        cursor.execute(SPANS, [after, before, now - LATE, most])
        return [(*row[:-1], adding.read(row[-1])) for row in cursor.fetchall()]


def _remembered(halves: Iterable[Half], now: datetime) -> tuple[list[Half], int]:
    """Those that were not known yet, now remembered; and how many were too many of one trace."""
    given = {(half.trace_id, *half.identity): half for half in halves}
    if not given:
        return [], 0
    known, amounts = _known(given)
    new: list[Half] = []
    left_out = 0
    for key, half in given.items():
        if key in known:
            continue
        if amounts.get(half.trace_id, 0) >= MOST_PER_TRACE:
            left_out += 1
            continue
        amounts[half.trace_id] = amounts.get(half.trace_id, 0) + 1
        new.append(half)
    _write(new, now)
    return new, left_out


def _known(
    given: Iterable[tuple[str, str, int]],
) -> tuple[set[tuple[str, str, int]], dict[str, int]]:
    keys = list(given)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.trace_id, h.span_id, h.kind FROM observability_spanhalf h JOIN"
            " unnest(%s::uuid[], %s::text[], %s::smallint[]) AS g(trace_id, span_id, kind)"
            " USING (trace_id, span_id, kind)",
            [list(column) for column in zip(*keys, strict=True)],
        )
        known = {(trace_id.hex, span_id, kind) for trace_id, span_id, kind in cursor.fetchall()}
        cursor.execute(
            "SELECT trace_id, count(*) FROM observability_spanhalf WHERE trace_id = ANY(%s::uuid[])"
            " GROUP BY trace_id",
            [list({trace_id for trace_id, _, _ in keys})],
        )
        return known, {trace_id.hex: amount for trace_id, amount in cursor.fetchall()}


def _write(halves: Sequence[Half], now: datetime) -> None:
    """One statement: objects for thousands of rows cost more than all the pairing."""
    if not halves:
        return
    rows = [
        (
            *(half.trace_id, half.span_id, half.kind, half.parent_id, half.service),
            *(half.environment, half.at, half.duration, half.is_error),
            *(half.peer or ("", "")),
            half.is_uncounted,
        )
        for half in halves
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO observability_spanhalf (trace_id, span_id, kind, parent_id, service,"
            " environment, at, duration, is_error, peer_kind, peer, is_uncounted, counted, seen_at)"
            " SELECT *, '[]'::jsonb, %s FROM unnest(%s::uuid[], %s::text[], %s::smallint[],"
            " %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::bigint[], %s::boolean[],"
            " %s::text[], %s::text[], %s::boolean[])",
            [now, *(list(column) for column in zip(*rows, strict=True))],
        )


def _count(traces: set[str], now: datetime) -> None:
    """Work out again what the spans of these traces count for, and add what is different."""
    held = SpanHalf.objects.filter(trace_id__in=traces).values_list(*COLUMNS, "counted")
    by_trace: dict[str, dict[pairing.Identity, tuple[Half, list[Any]]]] = {}
    for *columns, counted in held:
        half = _half(columns)
        by_trace.setdefault(half.trace_id, {})[half.identity] = half, counted
    change = adding.Change()
    changed: list[tuple[Half, list[Any]]] = []
    for trace_id, known in by_trace.items():
        for identity, calls in pairing.calls(half for half, _ in known.values()).items():
            half, before = known[identity]
            after = [_written(call) for call in calls]
            if after == before:
                continue
            change.take_back(map(_read, before), trace_id)
            change.add(calls, trace_id)
            changed.append((half, after))
    _note(changed)
    adding.apply(change, now=now)


def _half(columns: Sequence[Any]) -> Half:
    trace_id, *rest, peer_kind, peer, is_uncounted = columns
    span_id, kind, parent_id, service, environment, at, duration, is_error = rest
    return Half(
        trace_id=trace_id.hex,
        span_id=span_id,
        parent_id=parent_id,
        kind=kind,
        service=service,
        environment=environment,
        at=at,
        duration=duration,
        is_error=is_error,
        peer=(peer_kind, peer) if peer_kind else None,
        is_uncounted=is_uncounted,
    )


def _written(call: Call) -> list[Any]:
    """A call as it is kept with its span."""
    return [
        list(call.caller),
        list(call.callee),
        call.environment,
        call.at.isoformat(),
        call.duration,
        call.is_error,
    ]


def _read(kept: list[Any]) -> Call:
    caller, callee, environment, at, duration, is_error = kept
    moment = datetime.fromisoformat(at)
    return Call(tuple(caller), tuple(callee), environment, moment, duration, is_error)


def _note(changed: Sequence[tuple[Half, list[Any]]]) -> None:
    if not changed:
        return
    rows = [
        (half.trace_id, half.span_id, half.kind, json.dumps(counted)) for half, counted in changed
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE observability_spanhalf h SET counted = n.counted FROM"
            " unnest(%s::uuid[], %s::text[], %s::smallint[], %s::jsonb[])"
            " AS n(trace_id, span_id, kind, counted)"
            " WHERE (h.trace_id, h.span_id, h.kind) = (n.trace_id, n.span_id, n.kind)",
            [list(column) for column in zip(*rows, strict=True)],
        )
