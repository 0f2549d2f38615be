"""The port to where log lines are kept: the portal's own PostgreSQL, later Loki, Elasticsearch.

Pure: no tables. `tests/contracts/test_log_stores.py` is the suite that every adapter passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

MOST = 500  # lines of one answer


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. Everything that is given narrows it down; no words and no keys is everything.

    `words` must all occur; `severity` is the least; `since` and `until` bound the time, the end
    excluded.
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
        self, wanted: Wanted, *, before: tuple[datetime, UUID] | None = None, most: int = MOST
    ) -> list[Found]:
        """The newest first; `before` is time and id of the last line of the page before."""
        ...

    def newest(self) -> datetime | None:
        """When the newest stored line was written: the self-check for a store gone silent."""
        ...
