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
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from observability.partitions import operations as partitions
from observability.partitions.batches import nanoseconds
from observability.partitions.days import Keep, oldest
from observability.traces.models import Span, SpanVolume
from observability.traces.steps import STEPS
from observability.traces.stores import volumes
from observability.traces.stores.base import LOOKS, SpanLine

TABLE = "observability_span"
SETTLED = timedelta(days=3)
BATCH = 2_000  # spans


def days(*, now: datetime) -> list[date]:
    """Days with spans that were not counted, or not all of them; those that can be counted now."""
    last = (now - SETTLED).date()
    kept = {one.day for one in partitions.found(TABLE)}
    counted = volumes.since()
    if counted is not None:
        first = counted.astimezone(UTC).date()
        last = min(last, first)
        if first == last and _is_counted(first):
            kept.discard(first)
    return sorted((day for day in kept if _whole(now) <= day <= last), reverse=True)


def _whole(now: datetime) -> date:
    """The first day of which all spans are there still: of those before only trouble is kept."""
    lasts = settings.KEEP_TELEMETRY_DAYS
    return max(oldest(now, keep, lasts) for keep in (Keep.USUAL, Keep.LONG))


def _is_counted(day: date) -> bool:
    """Whether it was counted from its beginning: else counting began within it."""
    within = _within(day)
    rows = SpanVolume.objects.filter(**within, step=STEPS[-1]).exclude(component=LOOKS)
    counted: int = rows.aggregate(all=Coalesce(Sum("spans"), 0))["all"]
    begins_work = Q(kind__in=volumes.ENTRIES) | Q(parent_id=None)
    return counted >= Span.objects.filter(begins_work, **within).count()


def _within(day: date) -> dict[str, datetime]:
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {"at__gte": begins, "at__lt": begins + timedelta(days=1)}


@transaction.atomic
def count(*, day: date) -> int:
    """Count all spans of a day anew: how many there are."""
    within = _within(day)
    SpanVolume.objects.filter(**within).exclude(component=LOOKS).delete()  # they left no span
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
