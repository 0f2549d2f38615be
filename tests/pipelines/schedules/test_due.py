"""Due times against a clock that is read minute by minute, in ten zones."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines.schedules import due
from tests.pipelines.schedules import clock
from tests.pipelines.schedules.clock import ZONES, utc

WEEK = timedelta(days=7)
# Around changes of the clock, and where there is none
MOMENTS = [
    utc(2026, 3, 26),
    utc(2026, 10, 22),
    utc(2026, 3, 6),
    utc(2026, 10, 30),
    utc(2018, 11, 1),
    utc(2018, 2, 15),
    utc(2011, 12, 27),
    utc(2026, 4, 2),
    utc(2026, 10, 1),
    utc(2026, 2, 13),
    utc(2026, 3, 19),
    utc(2026, 7, 1),
]


@given(
    zone=some.sampled_from(ZONES),
    start=some.sampled_from(MOMENTS),
    hours=some.sets(some.integers(0, 23), min_size=1, max_size=4),
    minutes=some.sets(some.integers(0, 59), min_size=1, max_size=3),
)
@settings(max_examples=15, deadline=None)
def test_a_named_local_time_comes_exactly_once(
    zone: str, start: datetime, hours: set[int], minutes: set[int]
) -> None:
    cron = f"{_listed(minutes)} {_listed(hours)} * * *"
    wanted = {(hour, minute) for hour in hours for minute in minutes}
    found = list(due.between(cron, zone, after=start, until=start + WEEK - clock.MINUTE))
    assert found == clock.once_a_day(zone, start, start + WEEK, wanted)


@given(
    zone=some.sampled_from(ZONES),
    start=some.sampled_from(MOMENTS),
    minutes=some.sets(some.integers(0, 59), min_size=1, max_size=4),
)
@settings(max_examples=12, deadline=None)
def test_every_hour_follows_the_time_that_passes(
    zone: str, start: datetime, minutes: set[int]
) -> None:
    found = list(
        due.between(
            f"{_listed(minutes)} * * * *", zone, after=start, until=start + WEEK - clock.MINUTE
        )
    )
    assert found == clock.each_reading(zone, start, start + WEEK, minutes)


@pytest.mark.parametrize("zone", ZONES)
@given(
    cron=some.sampled_from(["0 6 * * *", "30 2 * * *", "0,20 * 1-9 * *", "15 0 1 * *"]),
    cuts=some.lists(some.integers(0, 366 * 24 * 60), max_size=12),
)
@settings(max_examples=2, deadline=None)
def test_a_year_in_pieces_is_the_year(zone: str, cron: str, cuts: list[int]) -> None:
    """Wherever one stops looking and begins again, nothing is lost or doubled."""
    begin, end = utc(2026, 1, 1), utc(2027, 1, 1)
    points = sorted({begin, end, *(min(end, begin + timedelta(minutes=cut)) for cut in cuts)})
    pieces = [
        at
        for start, stop in pairwise(points)
        for at in due.between(cron, zone, after=start, until=stop)
    ]
    assert pieces == list(due.between(cron, zone, after=begin, until=end))


@pytest.mark.parametrize(
    ("zone", "cron", "after", "local"),
    [
        # Berlin has no 02:30 on 29 March, and two on 25 October
        ("Europe/Berlin", "30 2 * * *", utc(2026, 3, 28, 20), "29 03:00, 30 02:30"),
        ("Europe/Berlin", "30 2 * * *", utc(2026, 10, 24, 20), "25 02:30, 26 02:30"),
        # Both named times fall into the gap: one run
        ("Europe/Berlin", "0,30 2 * * *", utc(2026, 3, 28, 20), "29 03:00, 30 02:00"),
        # The gap ends at a time that is named as well: one run
        ("Europe/Berlin", "0 2,3 * * *", utc(2026, 3, 28, 20), "29 03:00, 30 02:00"),
        # Every two hours names hours: the one in the gap is not lost
        ("Europe/Berlin", "0 */2 * * *", utc(2026, 3, 28, 23), "29 03:00, 29 04:00"),
        # Every hour: 01:00, then 03:00 is the next hour that passes
        ("Europe/Berlin", "0 * * * *", utc(2026, 3, 28, 23, 30), "29 01:00, 29 03:00"),
        ("Europe/Berlin", "0 * * * *", utc(2026, 10, 24, 23, 30), "25 02:00, 25 02:00"),
        # Half an hour on Lord Howe
        ("Australia/Lord_Howe", "15 2 * * *", utc(2026, 10, 3, 12), "04 02:30, 05 02:15"),
        # Samoa had no 30 December 2011
        ("Pacific/Apia", "0 6 * * *", utc(2011, 12, 29, 17), "31 00:00, 31 06:00"),
        # In São Paulo and Havana midnight itself is missing
        ("America/Sao_Paulo", "0 0 * * *", utc(2018, 11, 3, 12), "04 01:00, 05 00:00"),
        ("America/Havana", "0 0 * * *", utc(2026, 3, 7, 12), "08 01:00, 09 00:00"),
    ],
)
def test_when_the_clock_changes(zone: str, cron: str, after: datetime, local: str) -> None:
    found = due.next_times(cron, zone, after, 2)
    assert ", ".join(f"{at.astimezone(ZoneInfo(zone)):%d %H:%M}" for at in found) == local


def test_the_last_ones_are_found_without_looking_at_all() -> None:
    year = {"after": utc(2025, 11, 20), "until": utc(2026, 11, 20, 14)}
    assert due.newest("* * * * *", "Europe/Berlin", most=2, **year) == [
        utc(2026, 11, 20, 13, 59),
        utc(2026, 11, 20, 14),
    ]
    assert due.newest("0 0 29 2 *", "UTC", most=2, **year) == []
    assert due.count("0 6 * * *", "UTC", most=10_000, **year) == 366


def test_one_that_never_comes_ends() -> None:
    assert due.next_times("0 0 * 2 MON#5", "UTC", utc(2025, 1, 1), 1) != []
    assert (
        list(due.between("0 0 29 2 *", "UTC", after=utc(2025, 1, 1), until=utc(2026, 1, 1))) == []
    )


def _listed(numbers: set[int]) -> str:
    return ",".join(map(str, sorted(numbers)))
