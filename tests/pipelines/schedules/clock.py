"""What a clock on the wall shows, minute by minute: the slow and plain truth about due times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # changed its clocks at midnight until 2019
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out a whole day in 2011
    "Asia/Kathmandu",  # UTC+05:45, never changes
    "Africa/Casablanca",  # back for Ramadan
    "America/Havana",  # at midnight, still
    "Pacific/Chatham",  # UTC+12:45, changes
)


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    at = start
    while at < end:
        yield at
        at += MINUTE


def readings(zone: ZoneInfo, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Every minute with what the clock shows at it."""
    return [(at, at.astimezone(zone).replace(tzinfo=None, fold=0)) for at in minutes(start, end)]


def once_a_day(
    zone: str, start: datetime, end: datetime, wanted: set[tuple[int, int]]
) -> list[datetime]:
    """Instants of local times (hour, minute): the first time each comes, or when its gap ends."""
    place = ZoneInfo(zone)
    found: set[datetime] = set()
    shown = readings(place, start - timedelta(days=2), end)
    seen: set[datetime] = set()
    before = shown[0][1]
    for at, wall in shown[1:]:
        skipped = before + MINUTE
        while skipped < wall:  # the hand jumps over these
            if (skipped.hour, skipped.minute) in wanted and skipped not in seen:
                found.add(at)
            seen.add(skipped)
            skipped += MINUTE
        if (wall.hour, wall.minute) in wanted and wall not in seen:
            found.add(at)
        seen.add(wall)
        before = max(before, wall)  # while the hour repeats, nothing is jumped over
    return sorted(at for at in found if start < at < end)


def each_reading(zone: str, start: datetime, end: datetime, minutes_: set[int]) -> list[datetime]:
    """Instants at which the clock shows one of these minutes, in whatever hour."""
    shown = readings(ZoneInfo(zone), start, end)
    return [at for at, wall in shown if wall.minute in minutes_ and at > start]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
