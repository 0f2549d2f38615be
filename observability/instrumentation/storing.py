"""Our own spans and lines as rows of the built-in stores: masked, then written by a connection
of its own.

Threads that work share a pool; whoever writes telemetry takes none of theirs.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections
from opentelemetry.sdk.trace import Event
from opentelemetry.trace import SpanKind, StatusCode

from observability.instrumentation import keys
from observability.instrumentation.lines import Line
from observability.instrumentation.looks import Looked
from observability.instrumentation.masking import masked, values
from observability.instrumentation.spans import Ended, told
from observability.logs.stores.base import LogLine
from observability.logs.stores.registry import store as log_store
from observability.partitions.copying import instant
from observability.senders import personal
from observability.traces.stores.base import OURS, SpanLine
from observability.traces.stores.registry import store as trace_store

KINDS = {
    SpanKind.INTERNAL: 1,
    SpanKind.SERVER: 2,
    SpanKind.CLIENT: 3,
    SpanKind.PRODUCER: 4,
    SpanKind.CONSUMER: 5,
}
IN_COLUMNS = (keys.COMPONENT, keys.ENVIRONMENT, keys.VERSION, keys.RUN, keys.DEPLOYMENT)
SECONDS = 5
SESSION = f"-c statement_timeout={SECONDS}s -c synchronous_commit=off -c jit=off"


class Store:
    """Writes what one process tells."""

    def __init__(self, process: str) -> None:
        instance = f"{socket.gethostname()}:{os.getpid()}"  # as attempts name their workers
        self._resource = json.dumps(
            {"service.name": f"{OURS}-{process}", "service.instance.id": instance}
        )

    def spans(self, spans: Sequence[Ended | Looked]) -> None:
        """Raises StoreError. All or none: the same batch comes again."""
        own_connection()
        told = (self._span(one) for one in spans if isinstance(one, Ended))
        looks = [look for one in spans if isinstance(one, tuple) for look in one]
        trace_store().write(personal.hidden(told), looks)

    def lines(self, lines: Sequence[Line]) -> None:
        """Raises StoreError."""
        own_connection()
        log_store().write(personal.hidden(self._line(line) for line in lines))

    def _span(self, ended: Ended) -> SpanLine:
        span, known = ended.span, ended.keys
        own = told(ended)
        within = span.get_span_context()
        assert within is not None
        began = span.start_time or 0
        for key in IN_COLUMNS:
            own.pop(key, None)
        return SpanLine(
            began,
            max(0, (span.end_time or began) - began),
            f"{within.trace_id:032x}",
            f"{within.span_id:016x}",
            f"{span.parent.span_id:016x}" if span.parent else "",
            known.get("component", OURS),
            known.get("environment", ""),
            known.get("version", ""),
            masked(span.name),
            KINDS[span.kind],
            span.status.status_code is StatusCode.ERROR,
            masked(span.status.description or ""),
            _written(values(own), self._resource),
            _json([_event(event) for event in span.events]),
            _json(
                [
                    {
                        "trace_id": f"{link.context.trace_id:032x}",
                        "span_id": f"{link.context.span_id:016x}",
                    }
                    for link in span.links
                ]
            ),
            known.get("run_id", ""),
            known.get("deployment_id", ""),
        )

    def _line(self, line: Line) -> LogLine:
        known = line.keys
        own: dict[str, Any] = {
            **keys.attributes(known),
            **line.more,
            "logger": line.logger,
        }
        trace_id = f"{line.trace_id:032x}" if line.trace_id else known.get("trace_id", "")
        for key in IN_COLUMNS:
            own.pop(key, None)
        return LogLine(
            line.at,
            known.get("component", OURS),
            known.get("environment", ""),
            known.get("version", ""),
            line.severity,
            masked(line.message),
            _written(values(own), self._resource),
            trace_id,
            f"{line.span_id:016x}" if line.span_id else "",
            known.get("run_id", ""),
            known.get("deployment_id", ""),
        )


def own_connection() -> None:
    """In the sender's thread: instead of one of the pool, one that gives up after some seconds."""
    found = connections["default"]
    if "pool" not in found.settings_dict["OPTIONS"]:
        return
    own = found.copy()
    options = {key: value for key, value in found.settings_dict["OPTIONS"].items() if key != "pool"}
    own.settings_dict["OPTIONS"] = options | {
        "options": f"{options.get('options', '')} {SESSION}",
        "application_name": f"{options.get('application_name', OURS)} telemetry",
        "connect_timeout": SECONDS,
    }
    own.settings_dict["CONN_MAX_AGE"] = None
    connections["default"] = own


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": instant(event.timestamp),
        "name": masked(event.name),
        "attributes": values(event.attributes or {}),
    }


def _written(own: Mapping[str, Any], resource: str) -> str:
    text = _json(own)
    return f'{text[:-1]}, "resource": {resource}}}' if own else f'{{"resource": {resource}}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
