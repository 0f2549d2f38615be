"""The built-in store of log lines: partitioned PostgreSQL, written by COPY, found by index.

Words are looked for by full text where lines are few enough for its index (warnings and worse);
elsewhere a component and a time have to narrow the lines down first, see `queries.py`. While lines
are written their patterns are found and their minutes counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import uuid_utils
from django.conf import settings
from django.db import DatabaseError, DataError, OperationalError, connection, transaction
from django.db.models import Count, Q

from observability.logs import levels
from observability.logs.models import LogRecord
from observability.logs.stores import volumes
from observability.logs.stores.base import (
    COUNTED,
    LATE,
    MOST,
    SAMPLE,
    Bar,
    Counted,
    Cursor,
    Found,
    LogLine,
    StoreError,
    Wanted,
)
from observability.logs.stores.narrowing import narrowed
from observability.partitions import batches
from observability.partitions.copying import BILLION, NOTHING, escaped, instant
from observability.partitions.days import Keep, keep_of
from observability.patterns import operations as patterns
from portal.postgresql.sessions import was_stopped

TABLE = "observability_logrecord"
COLUMNS = (
    *("id", "keep", "at", "component", "environment", "version", "severity"),
    *("message", "attributes", "trace_id", "span_id", "run_id", "deployment_id", "pattern"),
)
MINUTE = volumes.MINUTE * BILLION
POINTED = {"trace_id", "run_id", "deployment_id"}
PATIENCE = "5s"  # of a question; what takes longer is to be narrowed down
COUNTS = {
    "level": "severity",
    "component": "component",
    "environment": "environment",
    "version": "version",
    "logger": "logger",
    "process": "process",
    "pattern": "pattern::text",
}
PROCESS = "COALESCE(attributes->'resource'->>'service.instance.id', attributes->>'process')"


class PostgresLogs:
    """Lines in the portal's own database."""

    def write(self, lines: Sequence[LogLine]) -> None:
        if not lines:
            return
        try:
            self._write(lines)
        except DataError as error:
            raise StoreError("A record can't be stored as it is.", permanent=True) from error
        except DatabaseError as error:
            raise StoreError("The log store does not answer now.", permanent=False) from error

    def _write(self, lines: Sequence[LogLine]) -> None:
        floors = [levels.floor(line.severity) for line in lines]
        alike = patterns.fold(
            lines=[
                (line.component, level, line.message, line.at)
                for line, level in zip(lines, floors, strict=True)
            ]
        )
        keeps = [
            keep_of(line.environment, line.severity, settings.KEEP_LONG_ENVIRONMENTS)
            for line in lines
        ]
        together = zip(lines, keeps, alike, strict=True)
        rows = [row(line, keep, pattern) for line, keep, pattern in together]
        days = Counter(
            (keep, line.at // batches.DAY) for line, keep in zip(lines, keeps, strict=True)
        )
        places = {(keep, batches.day_of(day * batches.DAY)) for keep, day in days}
        seen = Counter(
            (line.component, level, pattern, line.at // MINUTE, line.environment, line.version)
            for line, level, pattern in zip(lines, floors, alike, strict=True)
        )
        with transaction.atomic():
            batches.write(TABLE, COLUMNS, rows, places)
            _count(seen)

    def search(
        self, wanted: Wanted, *, before: Cursor | None = None, most: int = MOST
    ) -> list[Found]:
        rows = narrowed(wanted)
        if before is not None:
            at, identity = before
            rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=identity), at__lte=at)
        with _patience(wanted):
            return [_found(row) for row in rows.order_by("-at", "-id")[: min(most, MOST)]]

    def following(self, wanted: Wanted, *, after: Cursor, most: int = MOST) -> list[Found]:
        at, identity = after
        rows = narrowed(wanted).filter(Q(at__gt=at) | Q(at=at, id__gt=identity), at__gte=at)
        with _patience(wanted):
            return [_found(row) for row in rows.order_by("at", "id")[: min(most, MOST)]]

    def stored_since(self, wanted: Wanted, *, after: Cursor, most: int = MOST) -> list[Found]:
        at, identity = after
        rows = narrowed(wanted).filter(id__gt=identity, at__gte=at - LATE)
        with _patience(wanted):
            return [_found(row) for row in rows.order_by("-at", "-id")[: min(most, MOST)]]

    def one(self, line: Cursor) -> Found | None:
        at, identity = line
        row = LogRecord.objects.filter(at=at, id=identity).first()
        return _found(row) if row else None

    def histogram(self, wanted: Wanted, *, step: int) -> list[Bar]:
        with _patience(wanted):
            if volumes.is_enough_for(wanted, step):
                return volumes.histogram(wanted, step)
            rows = narrowed(wanted).annotate(step=volumes.by_step("at", step))
            found = rows.values_list("step", "severity").annotate(n=Count("id"))
            return _by_level(found.order_by("step", "severity"), step)

    def counted(self, wanted: Wanted) -> Counted:
        newest = narrowed(wanted).order_by("-at", "-id")[:SAMPLE]
        fields = "component", "environment", "version", "severity", "attributes", "pattern"
        inner, given = newest.values(*fields).query.sql_with_params()
        sets = ", ".join(f"({name})" for name in COUNTS.values())
        sql = (
            f"WITH newest AS ({inner}), values AS (SELECT *, attributes->>'logger' AS logger,"  # noqa: S608 - names of our own
            f" {PROCESS} AS process FROM newest)"
            f" SELECT {', '.join(COUNTS.values())}, GROUPING({', '.join(COUNTS.values())}),"
            f" count(*) FROM values GROUP BY GROUPING SETS ({sets}, ())"
        )
        with _patience(wanted), connection.cursor() as cursor:
            cursor.execute(sql, given)
            return _tables(cursor.fetchall())

    def newest(self) -> datetime | None:
        row = LogRecord.objects.order_by("-at", "-id").only("at").first()
        return row.at if row else None


def _count(seen: Counter[tuple[str, int, UUID, int, str, str]]) -> None:
    """By minute for histograms, by hour for patterns, and when each pattern was seen last."""
    minutes: Counter[volumes.Key] = Counter()
    hours: Counter[tuple[UUID, int, str, str]] = Counter()
    last: dict[UUID, int] = {}
    for (component, level, pattern, minute, environment, version), number in seen.items():
        minutes[component, minute, environment, level] += number
        hours[pattern, minute // 60, environment, version] += number
        last[pattern] = max(last.get(pattern, 0), minute * MINUTE)
    volumes.count(minutes)
    patterns.count(seen=hours)
    patterns.touch(seen=last)


@contextmanager
def _patience(wanted: Wanted) -> Iterator[None]:
    """A question that takes longer than one waits for an answer is ended, in words.

    What names a trace, a run or the like is answered at once, and asked without ado.
    """
    try:
        if _is_pointed(wanted):
            yield
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
            yield
    except OperationalError as error:
        if was_stopped(error):
            raise StoreError(
                "There is too much to look through: choose a shorter time, a component or a level.",
                permanent=True,
            ) from error
        raise StoreError("The log store does not answer now.", permanent=False) from error


def _is_pointed(wanted: Wanted) -> bool:
    if wanted.trace_id or wanted.run_id or wanted.deployment_id:
        return True
    return any(one.name in POINTED and not one.is_not for one in wanted.conditions)


def _tables(rows: Sequence[tuple[object, ...]]) -> Counted:
    """Of GROUPING SETS: in each row the one column counts that is not masked."""
    total = 0
    values: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}
    for *columns, mask, number in rows:
        n = int(str(number))
        last = len(COUNTED) - 1
        free = [at for at in range(last + 1) if not int(str(mask)) >> (last - at) & 1]
        if not free:
            total = n
            continue
        name, value = COUNTED[free[0]], columns[free[0]]
        if name == "level":
            value = levels.word(int(str(value)))
        if value not in {None, ""}:
            values[name][str(value)] += n
    return Counted(total, {name: found.most_common() for name, found in values.items()})


def _by_level(rows: Iterable[tuple[int, int, int]], step: int) -> list[Bar]:
    found: Counter[tuple[int, int]] = Counter()
    for at, severity, number in rows:
        found[at, levels.floor(severity)] += number
    return volumes.bars(((at, level, n) for (at, level), n in found.items()), step)


def row(line: LogLine, keep: Keep, pattern: UUID | None) -> str:
    """A line as COPY takes it."""
    return "\t".join(
        (
            str(uuid_utils.uuid7()),
            str(keep.value),
            instant(line.at),
            escaped(line.component),
            escaped(line.environment),
            escaped(line.version),
            str(line.severity),
            escaped(line.message),
            escaped(line.attributes),
            line.trace_id or NOTHING,
            line.span_id or NOTHING,
            line.run_id or NOTHING,
            line.deployment_id or NOTHING,
            str(pattern) if pattern else NOTHING,
        )
    )


def _found(row: LogRecord) -> Found:
    return Found(
        id=row.id,
        at=row.at,
        component=row.component,
        environment=row.environment,
        version=row.version,
        severity=row.severity,
        message=row.message,
        attributes=row.attributes,
        trace_id=row.trace_id.hex if row.trace_id else "",
        span_id=row.span_id or "",
        run_id=str(row.run_id) if row.run_id else "",
        deployment_id=str(row.deployment_id) if row.deployment_id else "",
        pattern=str(row.pattern) if row.pattern else "",
    )
