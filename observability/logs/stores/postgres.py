"""The built-in store of log lines: partitioned PostgreSQL, written by COPY, found by index.

Words are looked for by full text where lines are few enough for its index (warnings and worse);
elsewhere a component and a time have to narrow the lines down first, see `queries.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import uuid_utils
from django.conf import settings
from django.db import DatabaseError, DataError
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from observability.logs.models import LogRecord
from observability.logs.stores.base import MOST, Found, LogLine, StoreError, Wanted
from observability.partitions import batches
from observability.partitions.copying import NOTHING, escaped, instant
from observability.partitions.days import Keep, keep_of

TABLE = "observability_logrecord"
COLUMNS = (
    *("id", "keep", "at", "component", "environment", "version", "severity"),
    *("message", "attributes", "trace_id", "span_id", "run_id", "deployment_id"),
)


class PostgresLogs:
    """Lines in the portal's own database."""

    def write(self, lines: Sequence[LogLine]) -> None:
        if not lines:
            return
        rows: list[str] = []
        places: set[tuple[Keep, date]] = set()
        for line in lines:
            keep = keep_of(line.environment, line.severity, settings.KEEP_LONG_ENVIRONMENTS)
            places.add((keep, batches.day_of(line.at)))
            rows.append(_row(line, keep))
        try:
            batches.write(TABLE, COLUMNS, rows, places)
        except DataError as error:
            raise StoreError("A record can't be stored as it is.", permanent=True) from error
        except DatabaseError as error:
            raise StoreError("The log store does not answer now.", permanent=False) from error

    def search(
        self, wanted: Wanted, *, before: tuple[datetime, UUID] | None = None, most: int = MOST
    ) -> list[Found]:
        rows = _narrowed(LogRecord.objects.all(), wanted)
        if before is not None:
            at, identity = before
            rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=identity), at__lte=at)
        return [_found(row) for row in rows.order_by("-at", "-id")[: min(most, MOST)]]

    def newest(self) -> datetime | None:
        row = LogRecord.objects.order_by("-at", "-id").only("at").first()
        return row.at if row else None


def _row(line: LogLine, keep: Keep) -> str:
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
        )
    )


def _narrowed(rows: QuerySet[LogRecord], wanted: Wanted) -> QuerySet[LogRecord]:
    equal = {
        name: value
        for name in ("component", "environment", "version", "trace_id", "run_id", "deployment_id")
        if (value := getattr(wanted, name))
    }
    rows = rows.filter(at__gte=wanted.since, at__lt=wanted.until, **equal)
    if wanted.severity:
        rows = rows.filter(severity__gte=wanted.severity)
    for word in wanted.words:
        rows = rows.filter(
            RawSQL(
                "to_tsvector('simple', message) @@ phraseto_tsquery('simple', %s)",
                [word],
                output_field=BooleanField(),
            )
        )
    return rows


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
    )
