"""Celery's messages: the context of whoever sends one goes along, and doing it is a span.

Celery's instrumentation makes a span of sending, too, and ends it only where the sender knows the
task; ours are sent by name, so it would never end, and all that follows would stand inside of it.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.propagate import inject

from observability.instrumentation.statements import Watch


class Messages(CeleryInstrumentor):
    """As the package has it, but for sending."""

    watch: Watch | None = None

    def _trace_before_publish(self, *_: Any, **message: Any) -> None:
        headers = message.get("headers")
        if headers is not None:
            inject(headers)

    @staticmethod
    def _trace_after_publish(*_: Any, **__: Any) -> None:
        """Nothing was begun."""

    def _trace_prerun(self, *args: Any, **kwargs: Any) -> None:
        if self.watch:
            self.watch.begin()
        super()._trace_prerun(*args, **kwargs)  # type: ignore[no-untyped-call]
