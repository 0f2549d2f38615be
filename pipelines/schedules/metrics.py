"""Figures of schedules for /metrics: whether someone looks at them at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min

from observability.metrics.base import Figure, waiting
from pipelines.schedules.models import Schedule


def figures(*, now: datetime) -> Iterator[Figure]:
    """How long the oldest due time has been waiting to be seen to; it should be a second."""
    due = Schedule.objects.filter(state=Schedule.State.ACTIVE, next_at__lte=now)
    yield waiting("schedules", due.aggregate(since=Min("next_at"))["since"], now)
