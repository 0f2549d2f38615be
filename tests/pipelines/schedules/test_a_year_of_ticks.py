"""A year of Sundays at half past two, when clocks change: by the tick itself, whenever it comes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from pipelines.runs.models import Run
from pipelines.schedules import due, operations
from pipelines.schedules.models import Omission, Schedule
from tests.pipelines.factories import House
from tests.pipelines.schedules import clock, oracle
from tests.pipelines.schedules.conftest import due_times, scheduled

SUNDAYS = "30 2 * * 0"
HALF_PAST_TWO = {(2, 30)}


@pytest.mark.parametrize(
    ("zone", "catch_up"),
    [
        ("Europe/Berlin", "all"),
        ("America/New_York", "latest"),
        ("Australia/Lord_Howe", "latest"),
        ("Australia/Sydney", "all"),
    ],
)
def test_each_sunday_has_one_run_or_is_left_out_in_words(
    house: House, now: datetime, zone: str, catch_up: str
) -> None:
    """One of them does not come in spring, one comes twice in autumn: each is one due time."""
    begin, end = oracle.begin(zone), oracle.end(zone)
    row = scheduled(house, now=now)
    first = due.next_times(SUNDAYS, zone, begin, 1)[0]
    Schedule.objects.filter(pk=row.pk).update(
        cron=SUNDAYS, timezone=zone, catch_up=catch_up, next_at=first, since_at=begin, stood=""
    )
    for then in ticks(zone, catch_up):
        operations.tick(now=then)
        Run.objects.filter(state=Run.State.QUEUED).update(state=Run.State.CANCELLED)
    expected = sundays(zone, begin, end)
    assert len(expected) in {52, 53}
    assert Counter([*due_times(), *_left_out(zone)]) == Counter(expected)
    if catch_up == "all":
        assert Counter(due_times()) == Counter(expected)


def ticks(zone: str, catch_up: str) -> list[datetime]:
    """From minutes to two weeks apart, twice at once, and around each change of the clock."""
    chance = Random(f"{zone} {catch_up}")
    at, end, found = oracle.begin(zone), oracle.end(zone), []
    while at < end:
        at += chance.choice([timedelta(minutes=7), timedelta(days=2), timedelta(days=14)])
        found += [min(at, end)] * chance.choice([1, 1, 2])
    changes = [at for at in oracle.changes(zone) if oracle.begin(zone) < at < end]
    assert len(changes) == 2
    around = [at + minutes * oracle.MINUTE for at in changes for minutes in range(-90, 120, 15)]
    return sorted([*found, *around, end])


def sundays(zone: str, begin: datetime, end: datetime) -> list[datetime]:
    """By a clock on the wall, and a calendar."""
    every_day = clock.once_a_day(zone, begin, end, HALF_PAST_TWO)
    return [at for at in every_day if at.astimezone(ZoneInfo(zone)).weekday() == 6]


def _left_out(zone: str) -> list[datetime]:
    return [
        at
        for left in Omission.objects.all()
        for at in due.between(SUNDAYS, zone, after=left.first_at - due.SECOND, until=left.last_at)
    ]
