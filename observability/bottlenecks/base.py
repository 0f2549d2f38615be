"""The port to what takes long and what waits, as the floors above know it.

`SLOW_WORK` in the settings names a `SlowWork`, `WAITING_WORK` names each `WaitingWork`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

MOST = 4_000  # rows that are looked at: of a longer list the newest
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """From when to before when; of one team, or of all."""

    since: datetime
    until: datetime
    team: str = ""


@dataclass(frozen=True, slots=True)
class Slow:
    """A transformation: `n` tries at runs that ended, of which failed. Seconds; None: not measured.

    `slowest` is the page of the run that took longest.
    """

    name: str
    team: str
    n: int
    failed: int
    p50: float | None
    p95: float | None
    longest: float | None
    cpu: float | None  # of all together
    slowest: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long work of a team waited for a worker. Seconds; `url`: what waited longest."""

    queue: str
    title: str
    team: str
    n: int
    p50: float
    p95: float
    longest: float
    url: str


class SlowWork(Protocol):
    """Reads the newest `MOST` rows of the time at most, by identity; one query."""

    def __call__(self, wanted: Wanted) -> list[Slow]: ...


class WaitingWork(Protocol):
    """The same, of one kind of work."""

    def __call__(self, wanted: Wanted) -> list[Waiting]: ...
