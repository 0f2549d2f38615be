"""Lines by minute, counted as they are written: how many there were needs no look at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import BigIntegerField, F, Func, Q, QuerySet, Sum

from observability.logs import levels
from observability.logs.models import LogMinute
from observability.logs.stores.base import Bar, Wanted
from observability.logs.wanting import Condition, What
from portal.arrays import InArray

MINUTE = 60
NAMED = {"component", "environment"}
Key = tuple[str, int, str, int]  # component, minute since 1970, environment, level


def count(seen: Counter[Key]) -> None:
    """Add lines to minutes, in the transaction that writes them and in one order."""
    rows = sorted(seen.items())
    columns = list(zip(*(key for key, _ in rows), strict=True))
    minutes = [datetime.fromtimestamp(minute * MINUTE, UTC) for minute in columns[1]]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO observability_logminute AS t"
            " (component, minute, environment, level, lines)"
            " SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::text[], %s::int[],"
            " %s::bigint[])"
            " ON CONFLICT (component, minute, environment, level)"
            " DO UPDATE SET lines = t.lines + excluded.lines",
            [list(columns[0]), minutes, *map(list, columns[2:]), [n for _, n in rows]],
        )


def is_enough_for(wanted: Wanted, step: int) -> bool:
    """Whether minutes know all that is asked for."""
    others = (wanted.version, wanted.words, wanted.trace_id, wanted.run_id, wanted.deployment_id)
    is_known = all(
        one.what is What.LEVEL or (one.what is What.COLUMN and one.name in NAMED)
        for one in wanted.conditions
    )
    return step >= MINUTE and is_known and not any(others) and _is_a_level(wanted.severity)


def _is_a_level(severity: int) -> bool:
    return levels.floor(severity) == severity


def histogram(wanted: Wanted, step: int) -> list[Bar]:
    """The bars, out of whole minutes."""
    rows = _narrowed(wanted).annotate(step=by_step("minute", step)).values_list("step", "level")
    return bars(rows.annotate(total=Sum("lines")).order_by("step", "level"), step)


def by_step(column: str, step: int) -> Func:
    """Steps since 1970 to which a time belongs."""
    return Func(
        F(column),
        template=f"(floor(extract(epoch FROM %(expressions)s) / {int(step)}))::bigint",
        output_field=BigIntegerField(),
    )


def bars(rows: Iterable[tuple[int, int, int]], step: int) -> list[Bar]:
    return [Bar(datetime.fromtimestamp(at * step, UTC), level, n) for at, level, n in rows]


def _narrowed(wanted: Wanted) -> QuerySet[LogMinute]:
    first = wanted.since - timedelta(seconds=wanted.since.timestamp() % MINUTE)
    equal = {name: value for name in NAMED if (value := getattr(wanted, name))}
    rows = LogMinute.objects.filter(minute__gte=first, minute__lt=wanted.until, **equal)
    if wanted.severity:
        rows = rows.filter(level__gte=wanted.severity)
    for one in wanted.conditions:
        rows = _with(rows, one)
    return rows.exclude(InArray("component", wanted.hidden)) if wanted.hidden else rows


def _with(rows: QuerySet[LogMinute], one: Condition) -> QuerySet[LogMinute]:
    if one.what is What.LEVEL:
        spans = [levels.span(value) for value in one.values]
        found = [n for n in levels.LEAST.values() if any(a <= n <= b for a, b in spans)]
        fits = Q(level__in=found)
    else:
        fits = Q(**{f"{one.name}__in": one.values})
    return rows.exclude(fits) if one.is_not else rows.filter(fits)
