"""The time that figures look at, the time before it, and its weeks: whole days of UTC. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portal.errors import Refused

DAY, WEEK = timedelta(days=1), timedelta(days=7)
PRESET = (7, 30, 90, 365)
USUAL = 90
LONGEST = 1830  # days
SPARK = 12  # weeks


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, up to but without `until`. Today counts as a day from its beginning on."""

    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        """Days that it touches."""
        return -((self.since - self.until) // DAY)

    @property
    def end(self) -> datetime:
        """The midnight after it, or at its end."""
        return self.since + DAY * self.days

    @property
    def words(self) -> str:
        """ "90 days"."""
        return f"{self.days} day" if self.days == 1 else f"{self.days} days"

    def before(self) -> Window:
        """The same time once more, just before."""
        return Window(self.since - DAY * self.days, self.since)

    def weeks(self) -> list[Window]:
        """Whole weeks, counted back from the end, oldest first: a part of one is no week."""
        return weeks_before(self.end, self.days // 7)

    def spark(self) -> list[Window]:
        """The last twelve weeks, however long the window is."""
        return weeks_before(self.end, SPARK)

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until


def cuts(window: Window) -> list[datetime]:
    """Where the time that a report looks at is cut: the time before, the window, twelve weeks."""
    instants = {window.before().since, window.since, window.end}
    for week in window.spark():
        instants |= {week.since, week.until}
    return sorted(instants)


def weeks_before(until: datetime, number: int) -> list[Window]:
    return [Window(until - WEEK * n, until - WEEK * (n - 1)) for n in range(number, 0, -1)]


def asked(*, days: str, since: str, until: str, now: datetime) -> Window:
    """The window that someone wrote: so many days up to now, or from one day to another (UTC)."""
    if not (since or until):
        return Window(_midnight(now) - DAY * (_days(days) - 1), now)
    if not since:
        raise Refused("Say from which day on: since=2026-09-01.", field="since")
    start = _day(since, "since")
    end = _day(until, "until") + DAY if until else now
    if end <= start:
        raise Refused("The window ends before it begins: since comes before until.", field="until")
    if end - start > DAY * LONGEST:
        raise Refused(f"A window has at most {LONGEST} days (five years).", field="since")
    return Window(start, min(end, now) if start < now else end)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time.min, UTC)


def _days(days: str) -> int:
    number = int(days) if days.isdecimal() and len(days) < 6 else 0 if days else USUAL
    if not 1 <= number <= LONGEST:
        raise Refused(
            f"“{days}” is no number of days. Write one from 1 to {LONGEST}, such as 90.",
            field="days",
        )
    return number


def _day(text: str, field: str) -> datetime:
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day, time.min, UTC) if day.year > 1970 else _no_day(text, field)
    except ValueError:
        return _no_day(text, field)


def _no_day(text: str, field: str) -> datetime:
    raise Refused(f"“{text}” is no day. Write one such as 2026-09-01.", field=field)
