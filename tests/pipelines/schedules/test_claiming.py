"""Each due time becomes one run, by whatever worker, however often one looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.runs.models import Run
from pipelines.schedules import operations
from pipelines.schedules.models import Omission, Schedule
from tests.pipelines.factories import House
from tests.pipelines.schedules.conftest import due_times, scheduled

pytestmark = pytest.mark.django_db
SIX = datetime(2026, 11, 21, 6, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_is_due_is_started_once_by_slipway_itself(schedule: Schedule) -> None:
    assert operations.tick(now=SIX - timedelta(seconds=1)) == 0
    assert operations.tick(now=SIX) == 1
    assert operations.tick(now=SIX + timedelta(seconds=1)) == 0
    run = Run.objects.get()
    assert (run.logical_at, run.requested_by, run.reason) == (SIX, None, "")
    schedule.refresh_from_db()
    assert (schedule.last_at, schedule.next_at) == (SIX, SIX + DAY)


def test_the_last_of_those_missed_is_made_up_for(schedule: Schedule) -> None:
    assert operations.tick(now=SIX + 2.5 * DAY) == 1
    assert due_times() == [SIX + 2 * DAY]
    assert Run.objects.get().reason == "Due Mon 23 Nov 06:00 (UTC). Slipway was not running then."
    left = Omission.objects.get()
    assert (left.first_at, left.last_at, left.count) == (SIX, SIX + DAY, 2)
    assert left.cause == Omission.Cause.DOWN


def test_each_of_those_missed_is_made_up_for_in_order(house: House, now: datetime) -> None:
    scheduled(house, now=now, catch_up="all")
    assert operations.tick(now=SIX + 2.5 * DAY) == 3
    assert due_times() == [SIX, SIX + DAY, SIX + 2 * DAY]
    assert not Omission.objects.exists()
