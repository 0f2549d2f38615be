"""Workers that look at the same moment: each due time has exactly its runs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from pipelines.runs.models import Run
from pipelines.schedules import due, operations
from pipelines.schedules.models import Omission, Schedule
from tests.conftest import NOW
from tests.pipelines.at_once import at_once
from tests.pipelines.factories import House
from tests.pipelines.schedules.clock import ZONES
from tests.pipelines.schedules.conftest import due_times, scheduled

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def test_one_due_time_is_claimed_by_one(house: House, now: datetime) -> None:
    scheduled(house, now=now)
    then = now + 20 * HOUR
    started = at_once(lambda _: operations.tick(now=then))
    assert sorted(started) == [0, 0, 0, 0, 0, 1]
    assert len(due_times()) == 1


def test_looking_and_claiming_at_once(house: House, now: datetime) -> None:
    """Half of them let the rows follow, half of them claim."""
    scheduled(house, now=now, catch_up="all", cron="*/30 * * * *")
    then = now + 5 * HOUR + timedelta(minutes=1)
    work = [operations.tick, operations.follow]
    at_once(lambda number: work[number % 2](now=then))
    assert due_times() == list(due.between("*/30 * * * *", "UTC", after=now, until=then))


@pytest.mark.parametrize(
    ("catch_up", "zones"), [("all", ZONES[:4]), ("latest", ZONES[4:7]), ("none", ZONES[7:])]
)
def test_a_month_with_outages_and_two_workers(
    house: House, now: datetime, catch_up: str, zones: tuple[str, ...]
) -> None:
    """Ticks are doubled, late or lost. In each zone no due time is lost or doubled."""
    row = scheduled(house, now=now)
    for zone in zones:
        begin = due.next_times("0 */8 * * *", zone, NOW, 1)[0]
        Omission.objects.all().delete()
        Run.objects.all().delete()
        Schedule.objects.filter(pk=row.pk).update(
            cron="0 */8 * * *", timezone=zone, catch_up=catch_up, next_at=begin, stood=""
        )
        end = begin + timedelta(days=12)
        for hours in (0, 8, 41, 170, 288):  # when a tick gets through
            then = begin + hours * HOUR
            at_once(lambda _, then=then: operations.tick(now=then), 2)
        everything = Counter(due.between("0 */8 * * *", zone, after=NOW, until=end))
        assert Counter([*due_times(), *_left_out()]) == everything, zone


def _left_out() -> list[datetime]:
    return [
        at
        for left in Omission.objects.all()
        for at in due.between(
            left.cron, left.timezone, after=left.first_at - due.SECOND, until=left.last_at
        )
    ]
