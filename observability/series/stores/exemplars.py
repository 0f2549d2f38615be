"""Exemplars as the built-in store keeps them: a list with each point that has any."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from observability.series.models import Point
from observability.series.stores.base import Exemplar

MOST_POINTS = 200  # that are looked at; each has a few
LATELY = timedelta(days=1)  # at the end of a time: with tracing, nearly every point has some


def newest(
    units: Mapping[UUID, str], since: datetime, until: datetime, most: int
) -> list[Exemplar]:
    """Of these series at the end of this time, the newest first. By an index of such points."""
    rows = (
        Point.objects.filter(
            series_id__in=list(units),
            at__gte=max(since, until - LATELY),
            at__lte=until,
            exemplars__isnull=False,
        )
        .order_by("-at")
        .values_list("series_id", "exemplars")[:MOST_POINTS]
    )
    found = [_read(one, units[series]) for series, kept in rows for one in kept or ()]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _read(kept: Mapping[str, Any], unit: str) -> Exemplar:
    at = datetime.fromtimestamp(kept["at"] / 1e9, UTC)
    return Exemplar(at, kept["value"], unit, kept["trace_id"], kept["span_id"])
