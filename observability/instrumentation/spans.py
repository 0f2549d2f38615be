"""Spans that ended go to the sender, but for looks at pages that were quick, led to nothing and of
which nothing was said: those are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from observability.instrumentation import keys
from observability.instrumentation.looks import Looks
from observability.instrumentation.sending import Sender
from portal import context

BILLION = 1_000_000_000
QUICK = BILLION // 4  # nanoseconds: a page that took longer is worth a look
LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Ended:
    """A span with the keys of `portal.context` under which it ended: attributes cost more."""

    span: ReadableSpan
    keys: Mapping[str, str]


class Kept(SpanProcessor):
    """Hands spans over. Pages poll every few seconds: those traces would be most of all."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._looks = Looks(sender)
        self._led: set[int] = set()  # requests inside of which something was done or logged

    def spoke(self) -> None:
        """A line was written in what goes on now: it must find its span there."""
        current = get_current_span()
        if isinstance(current, Span) and current.kind is SpanKind.SERVER and current.is_recording():
            self._led.add(current.get_span_context().span_id)

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        parent = get_current_span(parent_context)
        if isinstance(parent, Span) and parent.kind is SpanKind.SERVER:
            self._led.add(parent.get_span_context().span_id)

    def on_end(self, span: ReadableSpan) -> None:
        if span.kind is not SpanKind.SERVER or self._leads(span) or not is_quick_look(span):
            self._sender.add(Ended(span, context.correlation.get()))
        else:
            self._looks.add(span)

    def _leads(self, span: ReadableSpan) -> bool:
        within = span.get_span_context()
        if within is None or within.span_id not in self._led:
            return False
        self._led.discard(within.span_id)
        return True

    def hand_over(self) -> None:
        """The last looks, before the sender ends."""
        self._looks.hand_over()

    def shutdown(self) -> None:
        self.hand_over()
        self._sender.stop()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        self.hand_over()
        return self._sender.flush(timeout_millis / 1000)


def is_quick_look(span: ReadableSpan) -> bool:
    """Somebody looked at a page, got it quickly and without an error."""
    if span.status.status_code is StatusCode.ERROR:
        return False
    if (span.attributes or {}).get("http.request.method") not in LOOKING:
        return False
    return (span.end_time or 0) - (span.start_time or 0) < QUICK


# What Celery's instrumentation says of a message that nobody asks for, and is dear to keep
UNTOLD = frozenset(
    {
        *("celery.reply_to", "celery.delivery_info", "celery.hostname", "celery.state"),
        *("celery.expires", "celery.timelimit", "celery.correlation_id", "celery.root_id"),
        "messaging.conversation_id",
    }
)


def told(ended: Ended) -> dict[str, Any]:
    """The attributes of a span and the keys under which it ended."""
    own = {key: value for key, value in (ended.span.attributes or {}).items() if key not in UNTOLD}
    return own | keys.attributes(ended.keys)
