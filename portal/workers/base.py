"""The port to work: what runs, what waits, and what is stuck and why, as each floor knows it.

A workload asks partial indexes over unfinished rows and a short span of time by identity; it never
counts a table that grows. Settings name the workloads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.tones import Tone

MOST = 50  # rows of each kind that the page shows
COUNTED = 1000  # rows that are counted; more are "1,000 or more"


@dataclass(frozen=True, slots=True)
class Doing:
    """What a thread does now. `worker` is "" where it is not known who does it."""

    worker: str
    words: str
    url: str
    team: str
    since: datetime
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a kind waits, since when, and how much has ended in the last ten minutes."""

    due: int
    oldest_at: datetime | None
    later: int  # waits for a time to come: a pause before another try
    ended: int


@dataclass(frozen=True, slots=True)
class Verb:
    """What could be done about it, by an operation that exists: what it takes, and where it is."""

    permission: str
    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something that should go on and does not, with why, in words.

    `why` is "" where nothing about the row itself explains it: then its queue does.
    """

    title: str
    url: str
    team: str
    since: datetime
    queue: str
    why: str = ""
    tone: Tone = "warn"
    thing: Any = None  # whose owner decides about the verbs
    verbs: tuple[Verb, ...] = ()


class Workload(Protocol):
    """One kind of work on one queue."""

    queue: str
    title: str

    def doing(self) -> Iterable[Doing]:
        """What is in hand, by the rows; one query."""

    def amount(self, now: datetime) -> Amount:
        """How much waits and how fast it goes; two queries."""

    def stuck(self, now: datetime, team: str | None) -> Iterable[Stuck]:
        """What does not go on, the oldest first, at most `MOST` of each reason; None: of all."""
