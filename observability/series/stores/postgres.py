"""The built-in store of metrics: partitioned PostgreSQL, written by COPY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, DataError
from django.db.models import Count, Max

from observability.logs.stores.base import StoreError
from observability.partitions import batches
from observability.partitions.copying import NOTHING, escaped, instant
from observability.partitions.days import WARNING, Keep, keep_of
from observability.series import drawing, limits, reading
from observability.series.drawing import Series as Drawn
from observability.series.models import Point as Row
from observability.series.models import Series
from observability.series.rates import Sample
from observability.series.stores import exemplars, registering
from observability.series.stores.base import (
    LOOK_BACK,
    Asked,
    Exemplar,
    Expression,
    Line,
    Named,
    Point,
    TooMuch,
)

TABLE = "observability_point"
COLUMNS = ("keep", "series_id", "at", "began", "value", "count", "bounds", "counts", "exemplars")
MOST_SERIES_READ = 2_000
MOST_POINTS_READ = 400_000
MOST_NAMES = 2_000
MOST_VALUES = 200


class PostgresMetrics:
    """Metrics in the portal's own database."""

    def __init__(self) -> None:
        self._known = registering.Known()

    def register(self, points: Sequence[Point], *, now: datetime) -> Mapping[str, str]:
        with _told():
            return registering.register(self._known, points, now)

    def write(self, points: Sequence[Point]) -> None:
        if not points:
            return
        rows: list[str] = []
        places: set[tuple[Keep, date]] = set()
        lasting = settings.KEEP_LONG_ENVIRONMENTS
        for point in points:
            keep = keep_of(point.environment, WARNING, lasting)  # as trouble: long where it lasts
            places.add((keep, batches.day_of(point.at)))
            rows.append(_row(point, keep))
        with _told():
            batches.write(TABLE, COLUMNS, rows, places)

    def names(self, component: str) -> list[Named]:
        rows = (
            Series.objects.filter(component=component)
            .values("name", "kind", "is_delta", "is_monotonic")
            .annotate(series=Count("pk"), unit=Max("unit"), description=Max("description"))
            .order_by("name", "kind", "is_delta", "is_monotonic")
        )
        with _told():
            return [Named(**row) for row in rows[:MOST_NAMES]]

    def labels(self, component: str, name: str) -> Mapping[str, list[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        rows = Series.objects.filter(component=component, name=name).order_by("-last_seen_at")
        with _told():
            for labels in rows.values_list("labels", flat=True)[:MOST_SERIES_READ]:
                for key, value in labels.items():
                    found[key].add(value)
        return {key: sorted(values)[:MOST_VALUES] for key, values in sorted(found.items())}

    def ask(self, asked: Asked) -> list[Line]:
        with _told():
            series = _series(asked)
            samples = _samples(list(series), asked)
        found = [
            Drawn(row.labels, row.kind, row.is_delta, samples[pk]) for pk, row in series.items()
        ]
        return drawing.lines(found, asked)

    def evaluate(self, expression: Expression) -> list[Line]:
        asked = _read(expression)
        limits.require(asked)
        found = self.ask(asked)
        whole = asked.name.removesuffix("_count")  # so is a histogram called, of which it is a part
        return self.ask(replace(asked, name=whole)) if not found and whole != asked.name else found

    def exemplars(self, expression: Expression, *, most: int) -> list[Exemplar]:
        asked = _read(expression)
        with _told():
            series = _series(asked)
            whole = asked.name.removesuffix("_count")
            if not series and whole != asked.name:
                series = _series(replace(asked, name=whole))
            units = {pk: row.unit for pk, row in series.items()}
            return exemplars.newest(units, asked.since, asked.until, most)


def _read(expression: Expression) -> Asked:
    """An expression as a question."""
    try:
        read = reading.read(expression)
    except reading.Unreadable as error:
        raise StoreError(error.message, permanent=True) from error
    return Asked(
        component=expression.component,
        environment=expression.environment,
        since=expression.since,
        until=expression.until,
        step=expression.step,
        name=read.name,
        where=read.where,
        function=read.function,
        aggregate=read.aggregate,
        by=read.by,
        quantile=read.quantile,
        window=read.window,
    )


def _series(asked: Asked) -> dict[UUID, Series]:
    rows = Series.objects.filter(
        component=asked.component,
        name=asked.name,
        last_seen_at__gte=_first(asked) - registering.SEEN_EVERY,
    )
    if asked.environment:
        rows = rows.filter(environment=asked.environment)
    if asked.where:
        rows = rows.filter(labels__contains=dict(asked.where))
    found = list(rows.order_by("pk")[: MOST_SERIES_READ + 1])
    if len(found) > MOST_SERIES_READ:
        raise TooMuch(
            f"{asked.name} has more than {MOST_SERIES_READ} series: narrow it down by labels."
        )
    return {row.pk: row for row in found}


def _first(asked: Asked) -> datetime:
    return asked.since - timedelta(seconds=max(asked.window, LOOK_BACK))


def _samples(series: list[UUID], asked: Asked) -> dict[UUID, list[Sample]]:
    """Of each series, oldest first; what was sent twice for an instant is there once."""
    rows = (
        Row.objects.filter(series_id__in=series, at__gt=_first(asked), at__lte=asked.until)
        .order_by("series_id", "at")
        .values_list("series_id", "at", "value", "began", "count", "bounds", "counts")
    )
    found: dict[UUID, list[Sample]] = {pk: [] for pk in series}
    for number, row in enumerate(rows[: MOST_POINTS_READ + 1].iterator(), 1):
        if number > MOST_POINTS_READ:
            raise TooMuch(
                f"More than {MOST_POINTS_READ:,} points lie there: ask for a shorter time, or "
                "narrow it down by labels."
            )
        pk, sample = row[0], _sample(*row[1:])
        if not found[pk] or found[pk][-1].at < sample.at:
            found[pk].append(sample)
    return found


def _sample(
    at: datetime, value: float, began: datetime | None, count: int, bounds: Any, counts: Any
) -> Sample:
    since = began.timestamp() if began else 0.0
    return Sample(at.timestamp(), value, since, count, tuple(bounds or ()), tuple(counts or ()))


def _row(point: Point, keep: Keep) -> str:
    return "\t".join(
        (
            str(keep.value),
            point.series,
            instant(point.at),
            instant(point.began) if point.began else NOTHING,
            repr(point.value),
            str(point.number),
            _array(point.bounds) if point.counts else NOTHING,
            _array(point.counts) if point.counts else NOTHING,
            escaped(point.exemplars) if point.exemplars else NOTHING,
        )
    )


def _array(values: tuple[float, ...]) -> str:
    return f"{{{','.join(map(repr, values))}}}"


@contextmanager
def _told() -> Iterator[None]:
    """What the database says, as the port says it."""
    try:
        yield
    except DataError as error:
        raise StoreError("A point can't be stored as it is.", permanent=True) from error
    except DatabaseError as error:
        raise StoreError("The metric store does not answer now.", permanent=False) from error


def forget(*, now: datetime) -> None:
    """Let go of series whose points are all gone."""
    longest = timedelta(days=max(settings.KEEP_TELEMETRY_DAYS.values()) + 1)
    Series.objects.filter(last_seen_at__lt=now.astimezone(UTC) - longest).delete()
