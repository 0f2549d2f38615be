"""Figures of runs for /metrics: all out of partial indexes over unfinished rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min

from observability.metrics.base import Figure, waiting, work
from pipelines.runs.models import Run


def figures(*, now: datetime) -> Iterator[Figure]:
    """Unfinished runs by state, and how long the oldest that could start has been waiting."""
    counts = {state: Run.objects.filter(state=state).count() for state in Run.UNFINISHED}
    yield from work("run", Run.UNFINISHED, counts)
    due = Run.objects.filter(state=Run.State.QUEUED, next_at__lte=now)
    yield waiting("runs", due.aggregate(since=Min("queued_at"))["since"], now)
