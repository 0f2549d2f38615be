"""The checklist of a transformation: what its file promises, and whether it runs by itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from deployments.rollouts import operations as rollouts
from pipelines.schedules.models import Schedule
from pipelines.transformations import readiness
from tests.pipelines.factories import House, file
from tests.pipelines.schedules.conftest import scheduled

pytestmark = pytest.mark.django_db
EVERY_DAY = {"schedule": {"cron": "0 6 * * *"}}


def has_schedule(house: House) -> bool:
    [found] = [
        item.is_met
        for item in readiness.of(house.component(), house.developer)
        if item.title == "A schedule"
    ]
    return found


def test_a_schedule_counts_that_its_file_brings_before_it_is_live(
    house: House, now: datetime
) -> None:
    house.register(file(), now=now)
    assert not has_schedule(house)
    house.register(file(defaults=EVERY_DAY), now=now)
    assert has_schedule(house)


def test_a_schedule_counts_that_is_paused(house: House, now: datetime) -> None:
    scheduled(house, now=now)
    rollouts.pause(
        component=house.component(),
        environment=house.environment,
        reason="Looking.",
        by=house.developer,
        now=now,
    )
    Schedule.objects.update(state=Schedule.State.HELD)
    assert has_schedule(house)
