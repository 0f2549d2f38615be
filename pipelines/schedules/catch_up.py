"""Which due times of a stretch get a run, and which are left out. Pure.

A stretch is longer than one due time after an outage, a pause or a rejection; `latest` runs the
last one, `all` each one (the newest 100 at most, 20 at a time), `none` nothing that is late, and
`nothing` not even what is on time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.schedules import due

# A restart of the portal is no outage: what is not older than this is on time.
ON_TIME = timedelta(minutes=5)
MOST = 100
AT_ONCE = 20
COUNTED = 10_000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Due times in a row that get no run. `count` ends at COUNTED."""

    first: datetime
    last: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What gets a run now, what never will, and when to look again."""

    runs: tuple[datetime, ...]
    left_out: LeftOut | None
    next_at: datetime | None

    @property
    def last(self) -> datetime:
        """The newest due time that it sees to."""
        return self.runs[-1] if self.runs or self.left_out is None else self.left_out.last


def decide(
    *, cron: str, timezone: str, policy: str, first: datetime, until: datetime, now: datetime
) -> Decision:
    """About the due times from `first` (which is one) up to `until`, as things stand `now`."""
    before = first - SECOND
    most = MOST if policy == "all" else 1
    newest = due.newest(cron, timezone, after=before, until=until, most=most + 1)
    wanted = newest[-most:]
    is_late = now - wanted[-1] > ON_TIME
    if policy == "nothing" or (policy == "none" and is_late):
        left = LeftOut(first, wanted[-1], _count(cron, timezone, before, wanted[-1]))
        return Decision((), left, _after(cron, timezone, wanted[-1]))
    left_out = None
    if len(newest) > most:
        left_out = LeftOut(first, newest[0], _count(cron, timezone, before, newest[0]))
    runs = tuple(wanted[:AT_ONCE])
    return Decision(runs, left_out, _after(cron, timezone, runs[-1]))


def _count(cron: str, timezone: str, after: datetime, until: datetime) -> int:
    return due.count(cron, timezone, after=after, until=until, most=COUNTED)


def _after(cron: str, timezone: str, instant: datetime) -> datetime | None:
    return next(due.instants(cron, timezone, after=instant), None)
