"""The built-in store of spans: partitioned PostgreSQL, written by COPY, found by their trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import uuid_utils
from django.conf import settings
from django.db import DatabaseError, DataError, transaction

from observability.logs.stores.base import StoreError
from observability.partitions import batches
from observability.partitions.copying import NOTHING, escaped, instant
from observability.partitions.days import WARNING, Keep, keep_of
from observability.traces.models import Span
from observability.traces.stores import finding, statements, volumes
from observability.traces.stores.base import (
    Amount,
    Ended,
    Exact,
    Found,
    Look,
    Scope,
    SpanLine,
    Statement,
    Traces,
    Volumes,
    Wanted,
)

TABLE = "observability_span"
COLUMNS = (
    *("id", "keep", "at", "duration", "trace_id", "span_id", "parent_id", "component"),
    *("environment", "version", "name", "kind", "is_error", "message", "attributes"),
    *("events", "links", "run_id", "deployment_id"),
)


class PostgresTraces:
    """Spans in the portal's own database."""

    def write(self, spans: Sequence[SpanLine], looks: Sequence[Look] = ()) -> None:
        if not spans and not looks:
            return
        rows: list[str] = []
        places: set[tuple[Keep, date]] = set()
        for span in spans:
            level = WARNING if span.is_error else 0  # a span that failed is kept as a warning is
            keep = keep_of(span.environment, level, settings.KEEP_LONG_ENVIRONMENTS)
            places.add((keep, batches.day_of(span.at)))
            rows.append(_row(span, keep))
        try:
            with transaction.atomic():
                if rows:
                    batches.write(TABLE, COLUMNS, rows, places)
                volumes.count(spans, looks)
        except DataError as error:
            raise StoreError("A record can't be stored as it is.", permanent=True) from error
        except DatabaseError as error:
            raise StoreError("The trace store does not answer now.", permanent=False) from error

    def trace(self, trace_id: str, *, most: int = 10_000) -> list[Found]:
        rows = Span.objects.filter(trace_id=trace_id).order_by("at", "id")[:most]
        return [_found(row) for row in rows]

    def search(
        self, wanted: Wanted, *, before: tuple[datetime, UUID] | None = None, most: int = 50
    ) -> Traces:
        return finding.search(wanted, before=before, most=most)

    def amounts(self, wanted: Wanted) -> list[Amount]:
        return finding.amounts(wanted)

    def ended(self, wanted: Wanted, *, newest_first: bool, most: int) -> list[Ended]:
        return finding.ended(wanted, newest_first=newest_first, most=most)

    def volumes(self, scope: Scope, *, wide: int) -> Volumes:
        return volumes.read(scope, wide=wide)

    def counted_since(self) -> datetime | None:
        return volumes.since()

    def exact(self, scope: Scope, *, most: int) -> dict[str, Exact]:
        return volumes.exact(scope, most=most)

    def statements(self, since: datetime, until: datetime, *, most: int = 20) -> list[Statement]:
        return statements.slowest(since, until, most)


def _row(span: SpanLine, keep: Keep) -> str:
    return "\t".join(
        (
            str(uuid_utils.uuid7()),
            str(keep.value),
            instant(span.at),
            str(span.duration),
            span.trace_id,
            span.span_id,
            span.parent_id or NOTHING,
            escaped(span.component),
            escaped(span.environment),
            escaped(span.version),
            escaped(span.name),
            str(span.kind),
            "t" if span.is_error else "f",
            escaped(span.message),
            escaped(span.attributes),
            escaped(span.events),
            escaped(span.links),
            span.run_id or NOTHING,
            span.deployment_id or NOTHING,
        )
    )


def _found(row: Span) -> Found:
    return Found(
        at=row.at,
        duration=row.duration,
        trace_id=row.trace_id.hex,
        span_id=row.span_id,
        parent_id=row.parent_id or "",
        component=row.component,
        environment=row.environment,
        version=row.version,
        name=row.name,
        kind=row.kind,
        is_error=row.is_error,
        message=row.message,
        attributes=row.attributes,
        events=row.events,
        links=row.links,
        run_id=str(row.run_id) if row.run_id else "",
        deployment_id=str(row.deployment_id) if row.deployment_id else "",
    )
