"""Log lines go to the sender beside standard output, with the keys that tie them to the rest."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opentelemetry.trace import get_current_span

from observability.instrumentation.sending import THREAD, Sender
from portal import context

RECEIVER = "/v1/"  # what comes in by OTLP is not told of: it would never end
# What every record has; what else it has was given as `extra`.
OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    *("message", "asctime", "taskName", "request", "trace_id", "span_id")
}
SEVERITIES = {
    logging.DEBUG: 5,
    logging.INFO: 9,
    logging.WARNING: 13,
    logging.ERROR: 17,
    logging.CRITICAL: 21,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A record as it was when it was written; `at` in nanoseconds, ids as OpenTelemetry has them.

    `keys` are those of `portal.context`, `more` what the caller added.
    """

    at: int
    severity: int
    logger: str
    message: str
    trace_id: int
    span_id: int
    keys: Mapping[str, str]
    more: Mapping[str, object]


class Told(logging.Handler):
    """Hands lines over. It asks nobody and waits for nothing. `spoke` is told of each."""

    def __init__(self, sender: Sender, spoke: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._sender = sender
        self._spoke = spoke

    def filter(self, record: logging.LogRecord) -> bool:
        """Not what sending says of itself, nor what is said of receiving."""
        if record.threadName == THREAD:
            return False
        request = record.__dict__.get("request")
        return not str(getattr(request, "path", "")).startswith(RECEIVER)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._sender.add(line(record))
            if self._spoke:
                self._spoke()
        except Exception:  # noqa: BLE001 - as logging itself has it: no line ends anybody's work
            self.handleError(record)


def line(record: logging.LogRecord) -> Line:
    """What is kept of a record. Its message is made now: what it names may change."""
    within, known = get_current_span().get_span_context(), context.correlation.get()
    is_traced = within.trace_flags.sampled  # a tick's span is not kept: nobody could look at it
    more = {
        key: value for key, value in record.__dict__.items() if key not in OWN and key not in known
    }
    request = record.__dict__.get("request")
    if name := context.request_id.get() or getattr(request, "request_id", ""):
        more["request_id"] = name
    if record.exc_info and record.exc_info[0] is not None:
        more["exception.stacktrace"] = "".join(traceback.format_exception(*record.exc_info))
    return Line(
        at=int(record.created * 1_000_000) * 1000,
        severity=SEVERITIES.get(record.levelno, min(max(record.levelno // 10 * 4 + 1, 1), 24)),
        logger=record.name,
        message=record.getMessage(),
        trace_id=within.trace_id if is_traced else 0,
        span_id=within.span_id if is_traced else 0,
        keys=known,
        more=more,
    )
