"""Log lines: JSON on standard output, each with the keys that tie it to everything else."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from opentelemetry.trace import get_current_span
from pythonjsonlogger.json import JsonFormatter

from portal import context, masks


class CorrelationKeys(logging.Filter):
    """Adds request_id, component, environment, version, deployment_id, run_id, trace_id, span_id"""

    def filter(self, record: logging.LogRecord) -> bool:
        for key, value in context.correlation.get().items():
            setattr(record, key, value)
        within = get_current_span().get_span_context()
        if within.trace_flags.sampled:
            record.trace_id, record.span_id = f"{within.trace_id:032x}", f"{within.span_id:016x}"
        # Django logs some answers when the context has ended, but hands the request over.
        request = record.__dict__.pop("request", None)
        if request_id := context.request_id.get() or getattr(request, "request_id", ""):
            record.request_id = request_id
        return True


class JsonLines(JsonFormatter):
    """One object a line: time (UTC, ISO 8601), level, logger, message, then the keys."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        """Masked as a whole, so that no key, traceback or foreign library's words are forgotten."""
        return masks.mask(super().format(record))

    def add_fields(
        self,
        log_data: dict[str, object],
        record: logging.LogRecord,
        message_dict: dict[str, object],
    ) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(
            timespec="milliseconds"
        )
        super().add_fields(log_data, record, message_dict)
