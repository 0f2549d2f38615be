"""SQL statements as spans: those that take long, because a span for each costs more than it tells.

Only the text of a statement is kept, never its values.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from opentelemetry import trace

MILLION = 1_000_000  # nanoseconds of a millisecond
LONGEST = 2_000  # characters of a statement


class Watch:
    """Goes around each statement of a thread's connection: about a microsecond where it is fast."""

    def __init__(self, slow_ms: int) -> None:
        self._slow = slow_ms * MILLION
        self._tracer = trace.get_tracer("slipway.statements")

    def begin(self) -> None:
        """In a thread that begins to work: its connection is watched from now on."""
        wrappers = connection.execute_wrappers
        if self not in wrappers:
            wrappers.append(self)

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,  # noqa: FBT001 - Django's signature
        context: Any,
    ) -> Any:
        began = time.time_ns()
        try:
            return execute(sql, params, many, context)
        finally:
            if time.time_ns() - began >= self._slow and trace.get_current_span().is_recording():
                self._tell(str(sql), began)

    def _tell(self, sql: str, began: int) -> None:
        words = sql.split(None, 1)
        span = self._tracer.start_span(
            words[0].upper() if words else "SQL",
            kind=trace.SpanKind.CLIENT,
            start_time=began,
            attributes={"db.system.name": "postgresql", "db.query.text": sql[:LONGEST]},
        )
        span.end()
