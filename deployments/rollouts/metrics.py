"""Figures of deployments for /metrics: all out of partial indexes over unfinished rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min

from deployments.rollouts.models import Deployment, Step
from observability.metrics.base import Figure, waiting, work

OPEN_STEPS = (Step.State.PENDING, Step.State.RUNNING)


def figures(*, now: datetime) -> Iterator[Figure]:
    """Unfinished deployments and steps, and how long the oldest due step has been waiting."""
    deployments = (
        Deployment.objects.filter(state__in=Deployment.UNFINISHED)
        .values_list("state")
        .annotate(Count("pk"))
    )
    yield from work("deployment", Deployment.UNFINISHED, dict(deployments))
    due = Step.objects.filter(state=Step.State.PENDING, next_at__lte=now).aggregate(
        count=Count("pk"), since=Min("deployment__requested_at")
    )
    running = Step.objects.filter(state=Step.State.RUNNING, lease_until__isnull=False).count()
    counts = {Step.State.PENDING: due["count"], Step.State.RUNNING: running}
    yield from work("step", OPEN_STEPS, counts)
    yield waiting("control", due["since"], now)
