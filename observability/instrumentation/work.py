"""One trace through all that is done for somebody: rows carry it from who asked to who works.

Messages only wake workers, so a row says itself where it belongs: `belonging()` when it is made,
`working()` around each try at it, whichever worker has it, after a restart as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import StatusCode
from opentelemetry.util.types import AttributeValue

from observability.instrumentation import ids

SAMPLED = TraceFlags(TraceFlags.SAMPLED)
tracer = trace.get_tracer("slipway")


@dataclass(frozen=True, slots=True)
class Belonging:
    """Of a row: its trace, and the span in which it was made ("" where none was)."""

    trace_id: str
    span_id: str


def belonging(trace_id: str = "") -> Belonging:
    """Where a row that is made now belongs; in a trace of its own (`trace_id`) where none goes on.

    Without telemetry it has a trace's identity all the same: the row is never without one.
    """
    span = trace.get_current_span()
    within = span.get_span_context()
    if span.is_recording():
        return Belonging(f"{within.trace_id:032x}", f"{within.span_id:016x}")
    return Belonging(trace_id or secrets.token_hex(16), "")


def point_at(trace_id: str, work: object, number: int) -> None:
    """From what goes on now to an earlier try, in another trace: the same is done again."""
    if trace_id and number:
        earlier = SpanContext(int(trace_id, 16), ids.of_try(work, number), is_remote=True)
        trace.get_current_span().add_link(earlier)


@contextmanager
def working(
    name: str,
    *,
    at: Belonging,
    work: object,
    number: int,
    began: datetime | None = None,
    attributes: dict[str, AttributeValue] | None = None,
) -> Iterator[Span]:
    """The span of one try at a row's work, in the row's trace. The second links to the first.

    `work` is the row's identity. `began`: where it was claimed before there was a row to tell of.
    """
    current = trace.get_current_span().get_span_context()
    links = _links(at, work, number, current)
    with ids.given(trace_id=int(at.trace_id, 16), span_id=ids.of_try(work, number)):
        span = tracer.start_span(
            name,
            context=_parent(at, current),
            kind=SpanKind.CONSUMER,
            links=links,
            attributes=attributes,
            start_time=nanoseconds(began) if began else None,
        )
    with trace.use_span(span, end_on_exit=True):
        yield span


def _parent(at: Belonging, current: SpanContext) -> Context:
    """The message's span, where the message was sent for this; else what made the row."""
    trace_id = int(at.trace_id, 16)
    if current.trace_id == trace_id and current.trace_flags.sampled:
        return trace.set_span_in_context(NonRecordingSpan(current))
    if not at.span_id:
        return Context()
    made = SpanContext(trace_id, int(at.span_id, 16), is_remote=True, trace_flags=SAMPLED)
    return trace.set_span_in_context(NonRecordingSpan(made))


def _links(at: Belonging, work: object, number: int, current: SpanContext) -> Sequence[Link]:
    trace_id = int(at.trace_id, 16)
    links = []
    if number > 1:
        earlier = SpanContext(trace_id, ids.of_try(work, number - 1), is_remote=True)
        links.append(Link(earlier, {"slipway.link": "the try before"}))
    if current.is_valid and current.trace_flags.sampled and current.trace_id != trace_id:
        links.append(Link(current, {"slipway.link": "the message"}))
    return links


@contextmanager
def part(name: str, **attributes: AttributeValue) -> Iterator[Span]:
    """A part of what goes on. Nothing where nothing is told."""
    if not trace.get_current_span().is_recording():
        yield trace.INVALID_SPAN
        return
    with tracer.start_as_current_span(name, attributes=attributes) as span:
        yield span


def happened(name: str, began: float, ended: float, **attributes: AttributeValue) -> None:
    """A part that somebody else did and told of afterwards; seconds since 1970."""
    if trace.get_current_span().is_recording():
        start = int(began * 1e6) * 1000
        span = tracer.start_span(name, start_time=start, attributes=dict(attributes))
        span.end(max(start, int(ended * 1e6) * 1000))


def failed(message: str) -> None:
    """What goes on did not end well, in a sentence."""
    trace.get_current_span().set_status(StatusCode.ERROR, message)


def lost(
    name: str, *, at: Belonging, work: object, number: int, began: datetime | None, message: str
) -> None:
    """A try whose worker died with its span: told by whoever found out."""
    with working(name, at=at, work=work, number=number, began=began):
        failed(message)


def nanoseconds(at: datetime) -> int:
    """An instant as OpenTelemetry counts."""
    return int(at.timestamp() * 1e6) * 1000
