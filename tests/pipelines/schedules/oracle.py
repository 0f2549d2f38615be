"""Due times found by looking at a clock on the wall through a whole year, and at nothing else.

Written apart from the product: no cron library, no search for changes of the clock, no arithmetic
with folds. Every quarter of an hour of real time the clock is read; between two readings it goes
on by itself, which is looked at where it changes.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE, QUARTER, DAY = timedelta(minutes=1), 15, 24 * 60
# In which year each clock did what makes it worth looking at
YEARS = {
    "UTC": 2026,
    "Europe/Berlin": 2026,
    "America/New_York": 2024,  # a leap year
    "America/Sao_Paulo": 2018,  # at midnight, twice
    "America/Santiago": 2026,  # at midnight, to the evening before
    "America/Havana": 2026,  # at midnight and at one
    "Africa/Casablanca": 2026,  # back for Ramadan
    "Asia/Kathmandu": 2026,  # UTC+05:45, never
    "Australia/Lord_Howe": 2026,  # by half an hour
    "Australia/Sydney": 2026,  # in the southern summer
    "Pacific/Apia": 2011,  # left out a whole day, and half a year has summer time
    "Pacific/Chatham": 2026,  # UTC+12:45
}
NAMES = {
    4: ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"),
    3: ("", *(calendar.month_abbr[month].upper() for month in range(1, 13))),
}
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


class Reading(NamedTuple):
    """A quarter of an hour: when it begins, and what the clock on the wall shows then.

    `news` is the first local time that the clock had not shown before.
    """

    at: datetime
    wall: datetime
    news: datetime


def begin(zone: str) -> datetime:
    return datetime(YEARS[zone], 1, 1, tzinfo=UTC)


def end(zone: str) -> datetime:
    return datetime(YEARS[zone] + 1, 1, 1, tzinfo=UTC)


@cache
def readings(zone: str) -> tuple[Reading, ...]:
    """The year of a zone, and the two days before it."""
    place = ZoneInfo(zone)

    def shown(at: datetime) -> datetime:
        return at.astimezone(place).replace(tzinfo=None, fold=0)

    at = begin(zone) - timedelta(days=2)
    until, step = end(zone), QUARTER * MINUTE
    found: list[Reading] = []
    ahead = news = shown(at)
    while at < until:
        wall = shown(at)
        if wall != ahead:  # the hand was moved, just now
            assert shown(at - MINUTE) == ahead - MINUTE
            assert wall.minute % QUARTER == wall.second == 0
        found.append(Reading(at, wall, news))
        ahead, at = wall + step, at + step
        news = max(news, ahead)
    return tuple(found)


def changes(zone: str) -> list[datetime]:
    """When somebody moved the hands."""
    return [b.at for a, b in pairwise(readings(zone)) if b.wall - a.wall != QUARTER * MINUTE]


class Cron:
    """An expression of five fields, as its numbers."""

    def __init__(self, expression: str) -> None:
        fields = expression.split()
        numbers = [_numbers(place, text) for place, text in enumerate(fields)]
        self.minutes, self.hours, self.days, self.months, weekdays = numbers
        self.weekdays = {day % 7 for day in weekdays}
        # Either day will do where both are said; a star says nothing
        self.is_either = not any(fields[place].startswith("*") for place in (2, 4))
        self.is_hourly = len(self.hours) == 24
        self._dates: dict[date, bool] = {}

    def has_day(self, day: date) -> bool:
        if day not in self._dates:
            by_number = day.day in self.days
            by_name = day.isoweekday() % 7 in self.weekdays
            fits = by_number or by_name if self.is_either else by_number and by_name
            self._dates[day] = fits and day.month in self.months
        return self._dates[day]

    def names(self, wall: datetime) -> bool:
        """Whether it says this local time."""
        return wall.minute in self.minutes and wall.hour in self.hours and self.has_day(wall.date())


def _numbers(place: int, text: str) -> set[int]:
    low, high = BOUNDS[place]
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, min(high, 6) if place == 4 else high
        else:
            ends = [_number(place, word) for word in span.split("-")]
            first, last = ends[0], ends[-1]
            assert len(ends) == 2 or not step  # "5/15" means one thing here, another there
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _number(place: int, word: str) -> int:
    return NAMES[place].index(word) if word.isalpha() else int(word)


def due(expression: str, zone: str, *, after: datetime) -> Iterator[datetime]:
    """When it is due in what is left of the zone's year, by both rules of clock-changes.md."""
    cron = Cron(expression)
    for at, wall, news in readings(zone):
        found = _in_quarter(cron, at, wall, wall if cron.is_hourly else news)
        is_jump = news < wall and not cron.is_hourly
        if is_jump and any(cron.names(skipped) for skipped in _from(news, wall)):
            found = sorted({at, *found})  # what was jumped over comes when the jump is over
        yield from (moment for moment in found if moment > after)


def _in_quarter(cron: Cron, at: datetime, wall: datetime, news: datetime) -> list[datetime]:
    """Its due times in a quarter of an hour; local times before `news` have been shown already."""
    if wall.hour not in cron.hours or not cron.has_day(wall.date()):
        return []
    passed = (number * MINUTE for number in range(QUARTER))
    return [
        at + since
        for since in passed
        if (wall + since).minute in cron.minutes and wall + since >= news
    ]


def _from(wall: datetime, until: datetime) -> Iterator[datetime]:
    while wall < until:
        yield wall
        wall += MINUTE
