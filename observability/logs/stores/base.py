"""The port to where log lines are kept: the portal's own PostgreSQL, later Loki, Elasticsearch.

Pure: no tables. `tests/contracts/test_log_stores.py` is the suite that every adapter passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from observability.logs.wanting import Condition

MOST = 500  # lines of one answer
SAMPLE = 20_000  # newest lines in which values are counted
LATE = timedelta(seconds=30)  # by how much a line may be stored after a newer one and be followed
Cursor = tuple[datetime, UUID]  # time and id of a line


class LogLine(NamedTuple):
    """One line. Ids are hexadecimal digits, "" where there is none; `at` is in nanoseconds (UTC).

    `severity` is OpenTelemetry's number (0 unknown, 9 INFO, 13 WARN, 17 ERROR, 21 FATAL);
    `attributes` is the text of a JSON object. A tuple, because they come by the ten thousand.
    """

    at: int
    component: str
    environment: str
    version: str
    severity: int
    message: str
    attributes: str
    trace_id: str
    span_id: str
    run_id: str
    deployment_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A line as it was stored; `id` orders lines of the same instant."""

    id: UUID
    at: datetime
    component: str
    environment: str
    version: str
    severity: int
    message: str
    attributes: dict[str, object]
    trace_id: str
    span_id: str
    run_id: str
    deployment_id: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Lines of one level in one step of time; `severity` is the least of the level."""

    at: datetime
    severity: int
    lines: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the newest lines have which value; `of` of them were looked at."""

    of: int
    values: dict[str, list[tuple[str, int]]]

    @property
    def is_all(self) -> bool:
        return self.of < SAMPLE


COUNTED = ("level", "component", "environment", "version", "logger", "process", "pattern")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. Everything that is given narrows it down; no words and no keys is everything.

    `words` must all occur; `severity` is the least; `since` and `until` bound the time, the end
    excluded. `conditions` hold all at once; lines of `hidden` components are not there.
    """

    since: datetime
    until: datetime
    component: str = ""
    environment: str = ""
    version: str = ""
    severity: int = 0
    words: tuple[str, ...] = ()
    trace_id: str = ""
    run_id: str = ""
    deployment_id: str = ""
    conditions: tuple[Condition, ...] = ()
    hidden: tuple[str, ...] = ()


class StoreError(Exception):
    """The store did not do it, in a sentence. `permanent`: asking again would not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


class LogStore(Protocol):
    """Where lines are written in batches and found again. Everything raises StoreError."""

    def write(self, lines: Sequence[LogLine]) -> None:
        """Keep these lines, all or none; when it returns they survive a crash of the portal."""
        ...

    def search(
        self, wanted: Wanted, *, before: Cursor | None = None, most: int = MOST
    ) -> list[Found]:
        """The newest first; `before` is time and id of the last line of the page before."""
        ...

    def following(self, wanted: Wanted, *, after: Cursor, most: int = MOST) -> list[Found]:
        """Those next to a line in time, the oldest first."""
        ...

    def stored_since(self, wanted: Wanted, *, after: Cursor, most: int = MOST) -> list[Found]:
        """What was stored after a line, the newest first, whatever its time: up to LATE behind."""
        ...

    def one(self, line: Cursor) -> Found | None:
        """The line of this time and id."""
        ...

    def histogram(self, wanted: Wanted, *, step: int) -> list[Bar]:
        """Lines by level and by `step` seconds since 1970, oldest first; empty steps are absent."""
        ...

    def counted(self, wanted: Wanted) -> Counted:
        """Values of COUNTED among the newest SAMPLE lines, the most frequent first."""
        ...

    def newest(self) -> datetime | None:
        """When the newest stored line was written: the self-check for a store gone silent."""
        ...
