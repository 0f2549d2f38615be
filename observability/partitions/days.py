"""Which day partitions a table of telemetry has: ahead, behind, and until when. Pure.

Each class of keeping has its own days, so that forgetting is dropping a table: no row is deleted
one by one, nothing is vacuumed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

AHEAD = 2  # days that are there before anything is written into them
WARNING = 13  # OpenTelemetry's severity numbers: WARN is 13 to 16
INFO = 9


class Keep(IntEnum):
    """How long a row is kept; `settings.KEEP_TELEMETRY_DAYS` says how many days each is."""

    BRIEF = 0
    USUAL = 1
    LONG = 2


@dataclass(frozen=True, slots=True)
class Partition:
    """One day of one class of one table; `table` is the partitioned parent of all classes."""

    table: str
    keep: Keep
    day: date

    @property
    def parent(self) -> str:
        return f"{self.table}_k{self.keep.value}"

    @property
    def name(self) -> str:
        return f"{self.parent}_{self.day:%Y%m%d}"

    @property
    def ends(self) -> date:
        return self.day + timedelta(days=1)


def keep_of(environment: str, severity: int, lasting: Sequence[str]) -> Keep:
    """How long a record is kept: trouble in what lasts (production) long, chatter briefly.

    `severity` as OpenTelemetry numbers it; 0 is unknown and counts as INFO.
    """
    level = severity or INFO
    if level < INFO:
        return Keep.BRIEF
    if level >= WARNING and environment in lasting:
        return Keep.LONG
    return Keep.USUAL


def oldest(now: datetime, keep: Keep, days: Mapping[int, int]) -> date:
    """The first day that is still kept."""
    return now.date() - timedelta(days=days[keep])


def wanted(table: str, now: datetime, classes: Iterable[Keep]) -> list[Partition]:
    """What is to be there now: today and the days ahead, of each class."""
    ahead = [now.date() + timedelta(days=n) for n in range(AHEAD + 1)]
    return [Partition(table, keep, day) for keep in classes for day in ahead]


def expired(found: Iterable[Partition], now: datetime, days: Mapping[int, int]) -> list[Partition]:
    """What is older than its class is kept."""
    return [one for one in found if one.day < oldest(now, one.keep, days)]


def parsed(table: str, name: str) -> Partition | None:
    """The partition of this name, or None where it is no day of this table."""
    rest = name.removeprefix(f"{table}_k")
    keep, _, day = rest.partition("_")
    if rest == name or not keep.isdigit() or len(day) != 8 or not day.isdigit():
        return None
    return Partition(table, Keep(int(keep)), datetime.strptime(f"{day}+0000", "%Y%m%d%z").date())
