"""Counting stored spans that came before anything was counted: a day at a time, newest first.

Only days into which nothing comes any more: what arrives later than two days is kept as of its
arrival. So nobody is kept from writing, and a day that is counted twice says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction

from observability.partitions import operations as partitions
from observability.partitions.batches import nanoseconds
from observability.partitions.days import Keep, oldest
from observability.traces.models import Span, SpanVolume
from observability.traces.stores import volumes
from observability.traces.stores.base import SpanLine

TABLE = "observability_span"
SETTLED = timedelta(days=3)
BATCH = 2_000  # spans


def days(*, now: datetime) -> list[date]:
    """Days with spans that were not counted, or not all of them; those that can be counted now."""
    last = (now - SETTLED).date()
    counted = volumes.since()
    if counted is not None:
        last = min(last, counted.astimezone(UTC).date())
    kept = {one.day for one in partitions.found(TABLE)}
    return sorted((day for day in kept if _whole(now) <= day <= last), reverse=True)


def _whole(now: datetime) -> date:
    """The first day of which all spans are there still: of those before only trouble is kept."""
    lasts = settings.KEEP_TELEMETRY_DAYS
    return max(oldest(now, keep, lasts) for keep in (Keep.USUAL, Keep.LONG))


@transaction.atomic
def count(*, day: date) -> int:
    """Count all spans of a day anew: how many there are."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    within = {"at__gte": begins, "at__lt": begins + timedelta(days=1)}
    SpanVolume.objects.filter(**within).delete()
    number = 0
    stored = _stored(within)
    while some := list(islice(stored, BATCH)):
        volumes.count(some)
        number += len(some)
    return number


def _stored(within: dict[str, datetime]) -> Iterator[SpanLine]:
    columns = ("at", "duration", "component", "environment", "name", "kind", "is_error")
    rows = Span.objects.filter(**within).values_list("parent_id", *columns)
    for row in rows.iterator(chunk_size=BATCH):
        yield _line(*row)


def _line(
    parent: str | None,
    at: datetime,
    duration: int,
    component: str,
    environment: str,
    name: str,
    kind: int,
    is_error: bool,  # noqa: FBT001 - a row
) -> SpanLine:
    """What counting looks at."""
    return SpanLine(
        at=nanoseconds(at),
        duration=duration,
        trace_id="",
        span_id="",
        parent_id=parent or "",
        component=component,
        environment=environment,
        version="",
        name=name,
        kind=kind,
        is_error=is_error,
        message="",
        attributes="",
        events="",
        links="",
        run_id="",
        deployment_id="",
    )
