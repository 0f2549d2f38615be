"""A late run is told once, and so is that it is no longer late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.schedules import telling
from portal.notifications import operations as notifications
from portal.notifications.models import Kind, Matter
from tests.pipelines.factories import House

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_it_is_said_once_that_a_run_is_late_and_once_that_it_is_not(
    house: House, now: datetime
) -> None:
    version = house.live(now=now)
    run = runs.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=None, now=now, logical_at=now,
    )  # fmt: skip
    assert telling.tell(now=now + 5 * MINUTE) == 0
    assert telling.tell(now=now + 11 * MINUTE) == 1
    assert telling.tell(now=now + 12 * MINUTE) == 0  # not folded yet, and not said again
    notifications.fold(now=now + 12 * MINUTE)
    assert telling.tell(now=now + 13 * MINUTE) == 0
    matter = Matter.objects.get(kind=Kind.RUN_LATE)
    assert matter.title == "carrier-punctuality is late in staging"
    assert matter.since_at == now
    assert matter.link == f"/runs/{run.number}/"
    Run.objects.filter(pk=run.pk).update(state=Run.State.SUCCEEDED, next_at=None)
    assert telling.tell(now=now + 40 * MINUTE) == 1
    notifications.fold(now=now + 40 * MINUTE)
    matter.refresh_from_db()
    assert matter.title == "carrier-punctuality is no longer late in staging after 40 min"
