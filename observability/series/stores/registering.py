"""Which series are known, and how many a component may have: each is written down once.

A process remembers those that it has seen within the hour, so that most requests ask nothing.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from observability.series.models import Series
from observability.series.stores.base import Point

ACTIVE = timedelta(days=1)  # a series without a point for so long does not count
SEEN_EVERY = timedelta(hours=1)
MOST_REMEMBERED = 200_000


class Known:
    """Identities of series by when they were last noted. One a process."""

    def __init__(self) -> None:
        self._noted: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def missing(self, points: Iterable[Point], now: datetime) -> dict[str, Point]:
        """A point of each series that is to be noted."""
        since = now - SEEN_EVERY
        return {
            point.series: point for point in points if self._noted.get(point.series, since) <= since
        }

    def remember(self, series: Iterable[str], now: datetime) -> None:
        with self._lock:
            if len(self._noted) > MOST_REMEMBERED:
                self._noted.clear()
            self._noted.update(dict.fromkeys(series, now))

    def forget(self) -> None:
        with self._lock:
            self._noted.clear()


def register(known: Known, points: Sequence[Point], now: datetime) -> Mapping[str, str]:
    """Write down what is new; the series that are too many, and why, by their identity."""
    missing = known.missing(points, now)
    if not missing:
        return {}
    refused: dict[str, str] = {}
    by_component: dict[str, list[Point]] = defaultdict(list)
    for point in missing.values():
        by_component[point.component].append(point)
    for component, firsts in sorted(by_component.items()):
        with transaction.atomic():
            refused |= _note(component, firsts, now)
    known.remember(missing.keys() - refused.keys(), now)
    return refused


def _note(component: str, firsts: list[Point], now: datetime) -> dict[str, str]:
    ids = [UUID(point.series) for point in firsts]
    there = {
        pk.hex for pk in Series.objects.filter(pk__in=ids).values_list("pk", flat=True).iterator()
    }
    Series.objects.filter(pk__in=there, last_seen_at__lte=now - SEEN_EVERY).update(last_seen_at=now)
    new = [point for point in firsts if point.series not in there]
    if not new:
        return {}
    with connection.cursor() as cursor:  # two at once are one after another
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4318))", [component])
    active = Series.objects.filter(component=component, last_seen_at__gt=now - ACTIVE)
    most = settings.MOST_SERIES
    room = max(most - len(active.values_list("pk")[:most]), 0)
    Series.objects.bulk_create(
        [_row(point, now) for point in new[:room]], ignore_conflicts=True, batch_size=1000
    )
    words = (
        f"{component} has {most} series already, and no more are kept of a component: leave labels "
        "out that have many values, such as ids of people or of requests."
    )
    return {point.series: words for point in new[room:]}


def _row(point: Point, now: datetime) -> Series:
    return Series(
        id=UUID(point.series),
        component=point.component,
        environment=point.environment,
        name=point.name,
        kind=point.kind,
        is_delta=point.is_delta,
        is_monotonic=point.is_monotonic,
        labels=json.loads(point.labels),
        unit=point.unit,
        description=point.description,
        first_seen_at=now,
        last_seen_at=now,
    )
