"""The port to where spans are kept: the portal's own PostgreSQL, later Jaeger.

Pure: no tables. `tests/contracts/test_trace_stores.py` is the suite that every adapter passes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

OURS = "slipway"  # the component of what is nobody's component
LOOKS = "slipway: quick looks"  # under which they are counted; no component is called so
MOST_COUNTED = 2_000  # spans of a trace in a list
COLUMNS = re.compile(r"^SELECT\s.+?\sFROM\s", re.DOTALL)
MOST_STATEMENTS = 5_000  # that are looked at


class SpanLine(NamedTuple):
    """One span on its way in. Times in nanoseconds (UTC); ids in hexadecimal digits, "" for none.

    `kind` and the status as OpenTelemetry numbers them; the last three are texts of JSON.
    """

    at: int
    duration: int
    trace_id: str
    span_id: str
    parent_id: str
    component: str
    environment: str
    version: str
    name: str
    kind: int
    is_error: bool
    message: str
    attributes: str
    events: str
    links: str
    run_id: str
    deployment_id: str


class Look(NamedTuple):
    """A request that was answered quickly and well: counted, and not kept. Times in nanoseconds."""

    at: int
    duration: int
    name: str
    component: str = LOOKS
    environment: str = ""
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A stored span; `duration` in nanoseconds."""

    at: datetime
    duration: int
    trace_id: str
    span_id: str
    parent_id: str
    component: str
    environment: str
    version: str
    name: str
    kind: int
    is_error: bool
    message: str
    attributes: dict[str, object]
    events: list[dict[str, object]]
    links: list[dict[str, object]]
    run_id: str
    deployment_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which traces: those with a span that fits all of it. The end of the time is excluded.

    Without a component it is the spans that begin a trace which have to fit, or that failed;
    `without_ours`: those where work of any component but the portal's begins, or that failed, so
    that a trace in which it did nothing but its own is not there.
    `name` is the whole operation; `least` in nanoseconds. `only_entries`: where work of a component
    begins, as `volumes` counts it.
    """

    since: datetime
    until: datetime
    component: str = ""
    environment: str = ""
    name: str = ""
    least: int = 0
    only_errors: bool = False
    only_entries: bool = False
    without_ours: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """A trace that was found. `duration` in nanoseconds, from its first beginning to its last end.

    `name` and `component` are of its first span; `spans` and `errors` count at most `MOST_COUNTED`.
    """

    trace_id: str
    at: datetime
    duration: int
    name: str
    component: str
    components: tuple[str, ...]
    environments: tuple[str, ...]
    spans: int
    errors: int

    @property
    def seconds(self) -> float:
        return self.duration / 1e9


@dataclass(frozen=True, slots=True)
class Traces:
    """A page of traces, those with the newest fitting span first; `older` begins the next page."""

    found: list[Summary]
    older: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class Amount:
    """How many of the newest fitting spans are of this component, environment and operation."""

    component: str
    environment: str
    name: str
    spans: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How one span ended; `duration` in nanoseconds."""

    at: datetime
    duration: int
    name: str
    is_error: bool
    trace_id: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Work of a component from `since` on, without `until`; "" is any environment."""

    component: str
    environment: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Measured:
    """How many spans, of which failed; how long all took; how many in each bucket of durations."""

    spans: int = 0
    errors: int = 0
    nanoseconds: int = 0
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, bucket: int, spans: int, errors: int, nanoseconds: int) -> None:
        self.spans += spans
        self.errors += errors
        self.nanoseconds += nanoseconds
        self.buckets[bucket] = self.buckets.get(bucket, 0) + spans


@dataclass(frozen=True, slots=True)
class Volumes:
    """What was counted, by step of time and by operation. What had no span is not there."""

    steps: dict[datetime, Measured]
    operations: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Exact:
    """Percentiles (50, 95, 99) of so many spans, in nanoseconds."""

    spans: int
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the portal's own; seconds. `trace_id` and `span_id` are of its slowest."""

    text: str
    n: int
    p95: float
    longest: float
    total: float
    last_at: datetime
    trace_id: str
    span_id: str

    @property
    def short(self) -> str:
        """What it is about: without the columns that it selects."""
        return COLUMNS.sub("SELECT … FROM ", self.text)


class TraceStore(Protocol):
    """Where spans are written in batches and found by their trace. Everything raises StoreError."""

    def write(self, spans: Sequence[SpanLine], looks: Sequence[Look] = ()) -> None:
        """Keep these spans, all or none; when it returns they survive a crash of the portal.

        Looks are only counted: `volumes` of `LOOKS` has them.
        """
        ...

    def trace(self, trace_id: str, *, most: int = 10_000) -> list[Found]:
        """All spans of one trace, by their beginning; [] where it is not known."""
        ...

    def search(
        self, wanted: Wanted, *, before: tuple[datetime, UUID] | None = None, most: int = 50
    ) -> Traces:
        """Traces that fit; on the page behind `before` none that stood on a page before it."""
        ...

    def amounts(self, wanted: Wanted) -> list[Amount]:
        """What the newest spans that fit are, the most first: enough to narrow down by."""
        ...

    def ended(self, wanted: Wanted, *, newest_first: bool, most: int) -> list[Ended]:
        """Spans that fit, each by itself, beginning at one end of the time."""
        ...

    def volumes(self, scope: Scope, *, wide: int) -> Volumes:
        """Where work of a component began, counted: spans of kind server and consumer, and roots.

        Steps of `wide` seconds, a multiple of a minute; both ends of the scope lie on one.
        """
        ...

    def counted_since(self) -> datetime | None:
        """When the oldest step began that is still known; None where nothing was counted."""
        ...

    def exact(self, scope: Scope, *, most: int) -> dict[str, Exact]:
        """Percentiles of the same spans by operation, of all of them under "".

        Of the newest `most` spans that are still kept: compare their number with the volumes.
        """
        ...

    def statements(self, since: datetime, until: datetime, *, most: int = 20) -> list[Statement]:
        """The portal's own slow statements, those first that took most time together.

        Out of the newest `MOST_STATEMENTS` of the time.
        """
        ...
