"""The port to the portal's own objectives: each floor counts what went well of its own records.

`OBJECTIVES` in the settings names them, in the order in which the page shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

MOST = 20_000  # rows that are looked at: of more the newest


@dataclass(frozen=True, slots=True)
class Missed:
    """What was not as promised, how often, and the page that shows each time."""

    name: str
    times: int
    url: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there were, and how many of them were as promised. `is_cut`: there were more.

    `missed` is what most often was not, where there are pages of it.
    """

    good: int
    total: int
    is_cut: bool = False
    missed: tuple[Missed, ...] = ()


class Objective(Protocol):
    """A promise about the portal itself."""

    key: str
    title: str
    promise: str  # "99 % of runs begin within 10 s of being due"
    target: float  # the share that is promised
    source: str  # of which records

    def count(self, since: datetime, until: datetime) -> Counted:
        """One query or two; at most `MOST` rows."""
