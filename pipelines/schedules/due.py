"""When a schedule is due: instants in UTC out of a cron expression in a time zone. Pure.

Two rules, told apart by the hours that the expression names (docs/decisions/clock-changes.md):

- A schedule that names hours of the day has each named local time once. One that does not exist
  comes at the next instant that does; one that comes twice counts the first time.
- A schedule of every hour follows the time that really passes: an hour that the clock repeats is
  an hour more, one that it skips is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ALL_HOURS = set(range(24))


def instants(cron: str, timezone: str, *, after: datetime) -> Iterator[datetime]:
    """The due times after an instant, in order; they end where 50 years bring none. UTC."""
    zone = ZoneInfo(timezone)
    start = after.astimezone(UTC)
    walls = CronSim(cron, _wall(start, zone))
    if walls.hours >= ALL_HOURS:
        return _as_time_passes(cron, zone, start)
    return _once_each(walls, zone, start)


def between(cron: str, timezone: str, *, after: datetime, until: datetime) -> Iterator[datetime]:
    """The due times after one instant, up to and with another."""
    return takewhile(lambda due: due <= until, instants(cron, timezone, after=after))


def next_times(cron: str, timezone: str, after: datetime, count: int = 5) -> list[datetime]:
    """The next due times after an instant."""
    return list(islice(instants(cron, timezone, after=after), count))


def newest(
    cron: str, timezone: str, *, after: datetime, until: datetime, most: int
) -> list[datetime]:
    """The last due times of a stretch, oldest first; looks back only as far as it must."""
    back = timedelta(hours=2)
    while True:
        start = max(after, until - back)
        found = list(between(cron, timezone, after=start, until=until))
        if len(found) >= most or start == after:
            return found[-most:]
        back *= 4


def count(cron: str, timezone: str, *, after: datetime, until: datetime, most: int) -> int:
    """How many due times lie in a stretch; counting ends at `most`."""
    return sum(1 for _ in islice(between(cron, timezone, after=after, until=until), most))


def _once_each(walls: Iterator[datetime], zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Each local time once. Instants never fall while local times rise: one look back is enough."""
    last = after
    for wall in walls:
        due = _instant(wall, zone)
        if due > last:
            yield due
            last = due


def _as_time_passes(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Every instant at which the local clock reads a time of the expression."""
    offset = _offset(after, zone)
    walls = CronSim(cron, _wall(after, zone))
    wall = next(walls, None)
    for start, end in _stretches(zone, after):
        if _offset(start, zone) != offset:
            offset = _offset(start, zone)
            walls = CronSim(cron, _wall(start, zone) - SECOND)
            wall = next(walls, None)
        while wall is not None and (due := _utc(wall - offset)) < end:
            yield due
            wall = next(walls, None)
        if wall is None:
            return


def _stretches(zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Time from `start` on in pieces of a day at most, each with one distance from UTC."""
    while True:
        end = start + DAY
        if _offset(end, zone) != _offset(start, zone):
            end = _change(zone, start, end)
        yield start, end
        start = end


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a local time is: the first time it comes, or the end of the gap that swallowed it."""
    first = zone.utcoffset(wall.replace(fold=0, tzinfo=zone)) or timedelta()
    second = zone.utcoffset(wall.replace(fold=1, tzinfo=zone)) or timedelta()
    if first < second:
        return _change(zone, _utc(wall - second), _utc(wall - first))
    return _utc(wall - first)


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The instant between two at which the clock changes."""
    before = _offset(low, zone)
    while high - low > SECOND:
        middle = low + ((high - low) / 2 // SECOND or 1) * SECOND
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the local clock reads."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
