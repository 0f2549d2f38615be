"""A house whose transformation runs by itself in staging, as staging's configuration says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment
from pipelines.runs.models import Run
from pipelines.schedules import operations
from pipelines.schedules.models import Schedule
from tests.pipelines.factories import House

Configure = Callable[..., Deployment]


def configure(house: House, values: dict[str, Any], *, now: datetime) -> Deployment:
    """Set this for staging, all the way."""
    deployment = rollouts.configure(
        component=house.component(),
        environment=house.environment,
        values=values,
        by=house.developer,
        now=now,
        reason="As it should be.",
    )
    rollouts.work(deployment_id=str(deployment.pk), worker="test", now=now)
    deployment.refresh_from_db()
    assert deployment.state == Deployment.State.SUCCEEDED, deployment.message
    return deployment


def scheduled(house: House, *, now: datetime, **schedule: Any) -> Schedule:
    """Live since `now` with this schedule, and followed."""
    if not house.environment.live.exists():
        house.live(now=now - timedelta(minutes=5))  # well before, however slow the machine is
    configure(house, {"schedule": {"cron": "0 6 * * *", **schedule}}, now=now)
    operations.follow(now=now)
    return Schedule.objects.get(environment=house.environment)


def due_times() -> list[datetime]:
    """The due times that have a run, oldest first, doubled ones twice."""
    runs = Run.objects.exclude(logical_at=None).order_by("logical_at")
    return list(runs.values_list("logical_at", flat=True))


@pytest.fixture
def schedule(house: House, now: datetime) -> Schedule:
    """Every day at six, UTC, since NOW."""
    return scheduled(house, now=now)
