"""Spans counted as they are written: rates, errors and durations need no look at them.

What counts is where work of a component begins: spans of kind server and consumer, and those that
begin a trace. Each is counted in four steps, so that an hour has sixty of them and a month no more
than a few dozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from observability.traces.durations import bucket
from observability.traces.models import Span, SpanVolume
from observability.traces.steps import KEPT, STEPS, step_of
from observability.traces.stores.base import Exact, Look, Measured, Scope, SpanLine, Volumes
from observability.traces.stores.names import Names, Of, Pair

MINUTE = 60_000_000_000  # nanoseconds
ENTRIES = frozenset({Span.Kind.SERVER.value, Span.Kind.CONSUMER.value})
IS_ENTRY = f"(kind IN ({', '.join(map(str, sorted(ENTRIES)))}) OR parent_id IS NULL)"
SHARES = (0.5, 0.95, 0.99)
LONGEST = 200  # characters of an operation
Key = tuple[str, int, int, str, str]  # component, step, its number, environment, name
# A bucket and how many are in it, as one number: an array of these is a histogram
SHIFT, MASK = 48, 2**48 - 1

COUNT = """
INSERT INTO observability_spanvolume AS t
(component, step, at, environment, name, spans, errors, nanoseconds, buckets)
SELECT component, step, at, environment, name, spans, errors, nanoseconds,
    string_to_array(buckets, ' ')::bigint[]
FROM unnest(%s::text[], %s::int[], %s::timestamptz[], %s::text[], %s::text[],
    %s::bigint[], %s::bigint[], %s::numeric[], %s::text[])
    AS new(component, step, at, environment, name, spans, errors, nanoseconds, buckets)
ON CONFLICT (component, step, at, environment, name) DO UPDATE SET
    spans = t.spans + excluded.spans, errors = t.errors + excluded.errors,
    nanoseconds = t.nanoseconds + excluded.nanoseconds,
    buckets = observability_buckets_added(t.buckets, excluded.buckets)
"""
READ = f"""
SELECT (floor(extract(epoch FROM at) / %(wide)s))::bigint AS wide, name,
    (one >> {SHIFT})::int AS bucket, GROUPING(name),
    sum(one & {MASK})::bigint, sum(CASE n WHEN 1 THEN errors ELSE 0 END)::bigint,
    sum(CASE n WHEN 1 THEN nanoseconds ELSE 0 END)
FROM observability_spanvolume CROSS JOIN LATERAL unnest(buckets) WITH ORDINALITY AS each(one, n)
WHERE component = %(component)s AND step = %(step)s AND at >= %(since)s AND at < %(until)s
    AND (%(environment)s = '' OR environment = %(environment)s)
GROUP BY GROUPING SETS ((wide, bucket), (name, bucket))
"""  # noqa: S608 - numbers of this module
EXACT = f"""
SELECT name, GROUPING(name), count(*), percentile_disc(%(shares)s) WITHIN GROUP (ORDER BY duration)
FROM (
    SELECT name, duration FROM observability_span
    WHERE component = %(component)s AND at >= %(since)s AND at < %(until)s AND {IS_ENTRY}
        AND (%(environment)s = '' OR environment = %(environment)s)
    ORDER BY at DESC, id DESC LIMIT %(most)s
) AS newest
GROUP BY GROUPING SETS ((), (name))
"""  # noqa: S608 - a constant of this module


_names = Names()


def count(spans: Iterable[SpanLine], looks: Iterable[Look] = ()) -> None:
    """Add spans to steps, in the transaction that writes them and in one order; looks, too."""
    entries: list[SpanLine | Look] = [
        span for span in spans if span.kind in ENTRIES or not span.parent_id
    ]
    entries += looks
    wanted: dict[Of, set[Pair]] = defaultdict(set)
    for span in entries:
        wanted[_of(span)].add((span.environment, span.name[:LONGEST]))
    told = _names.told(wanted)
    minutes: dict[tuple[str, int, str, str], Measured] = defaultdict(Measured)
    for span in entries:
        environment, name = told[_of(span)].called((span.environment, span.name[:LONGEST]))
        sums = minutes[span.component, span.at // MINUTE, environment, name]
        sums.add(bucket(span.duration), 1, span.is_error, span.duration)
    if minutes:
        _add(_widened(minutes))


def _of(span: SpanLine | Look) -> Of:
    return span.component, span.at // MINUTE // 1440


def _widened(minutes: Mapping[tuple[str, int, str, str], Measured]) -> dict[Key, Measured]:
    """The same in every step."""
    seen: dict[Key, Measured] = defaultdict(Measured)
    for (component, minute, environment, name), one in minutes.items():
        for step in STEPS:
            sums = seen[component, step, minute * 60 // step, environment, name]
            sums.errors += one.errors
            sums.nanoseconds += one.nanoseconds
            for place, number in one.buckets.items():
                sums.add(place, number, 0, 0)
    return seen


def _add(seen: Mapping[Key, Measured]) -> None:
    rows = sorted(seen.items(), key=lambda row: row[0])
    columns = [list(column) for column in zip(*(key for key, _ in rows), strict=True)]
    columns[2] = [datetime.fromtimestamp(step * n, UTC) for (_, step, n, *_), _ in rows]
    sums = [(one.spans, one.errors, one.nanoseconds, _written(one.buckets)) for _, one in rows]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [*columns, *map(list, zip(*sums, strict=True))])


def _written(buckets: Mapping[int, int]) -> str:
    return " ".join(str((place << SHIFT) + number) for place, number in sorted(buckets.items()))


def read(scope: Scope, *, wide: int) -> Volumes:
    """Steps of `wide` seconds and operations, in one look at what was counted."""
    step = step_of(wide)
    with connection.cursor() as cursor:
        cursor.execute(READ, _given(scope) | {"step": step, "wide": wide})
        rows = cursor.fetchall()
    steps: dict[datetime, Measured] = defaultdict(Measured)
    operations: dict[str, Measured] = defaultdict(Measured)
    for at, name, place, is_step, *sums in rows:
        found = steps[datetime.fromtimestamp(at * wide, UTC)] if is_step else operations[name]
        found.add(place, *map(int, sums))
    return Volumes(dict(steps), dict(operations))


def since() -> datetime | None:
    """The first of the widest steps, which are kept longest."""
    steps = SpanVolume.objects.filter(step=STEPS[-1]).order_by("at")
    return steps.values_list("at", flat=True).first()


def exact(scope: Scope, *, most: int) -> dict[str, Exact]:
    """Percentiles by the spans themselves, of the newest `most`; "" is all of them."""
    with connection.cursor() as cursor:
        cursor.execute(EXACT, _given(scope) | {"shares": list(SHARES), "most": most})
        rows = cursor.fetchall()
    return {
        "" if is_all else name[:LONGEST]: Exact(number, tuple(map(float, values or ())))
        for name, is_all, number, values in rows
        if number
    }


def forget(*, now: datetime, keep: timedelta) -> None:
    """Let go of what was counted of spans that are gone, and of fine steps before that."""
    for step in STEPS:
        SpanVolume.objects.filter(step=step, at__lt=now - min(KEPT.get(step, keep), keep)).delete()


def _given(scope: Scope) -> dict[str, Any]:
    return {
        "component": scope.component,
        "environment": scope.environment,
        "since": scope.since,
        "until": scope.until,
    }
