"""The port to where spans are kept: the portal's own PostgreSQL, later Jaeger.

Pure: no tables. `tests/contracts/test_trace_stores.py` is the suite that every adapter passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


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


class TraceStore(Protocol):
    """Where spans are written in batches and found by their trace. Everything raises StoreError."""

    def write(self, spans: Sequence[SpanLine]) -> None:
        """Keep these spans, all or none; when it returns they survive a crash of the portal."""
        ...

    def trace(self, trace_id: str, *, most: int = 10_000) -> list[Found]:
        """All spans of one trace, by their beginning; [] where it is not known."""
        ...
