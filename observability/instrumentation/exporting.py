"""Our spans and lines by OTLP to whoever `OTEL_EXPORTER_OTLP_ENDPOINT` names, masked before.

Imported only where an endpoint is named: it brings an HTTP client along.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Status, TraceFlags
from requests import PreparedRequest, Response, Session

from observability.instrumentation import keys
from observability.instrumentation.lines import Line
from observability.instrumentation.looks import Looked
from observability.instrumentation.masking import masked, values
from observability.instrumentation.spans import Ended, told
from observability.instrumentation.storing import own_connection
from observability.logs.stores.base import StoreError
from observability.senders import personal
from portal.masks import hide

SUCCESS = 0  # of SpanExportResult and LogRecordExportResult alike
NAMED = "The collector that OTEL_EXPORTER_OTLP_ENDPOINT names"
# What is wrong with these very records: the same again is refused again. Whatever else it answers,
# somebody may mend, its token too.
REFUSED = frozenset({400, 413, 415, 422})


class Heard(Session):
    """What the collector answered last: the exporter itself only tells whether it worked."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = False
        self.status = 0  # 0 where no answer came

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        self.is_asked = True
        answer = super().send(request, **options)
        self.status = answer.status_code
        return answer


class Collector:
    """Sends what one process tells, by OpenTelemetry's own exporters and their variables."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._of_spans, self._of_lines = Heard(), Heard()
        self._spans = OTLPSpanExporter(session=self._of_spans)
        self._lines = OTLPLogExporter(session=self._of_lines)

    def spans(self, spans: Sequence[Ended | Looked]) -> None:
        """Quick looks are for the built-in store, which counts them. Raises StoreError."""
        own_connection()  # which columns are personal is asked there
        if told := [_span(one) for one in spans if isinstance(one, Ended)]:
            _try(self._spans.export, told, self._of_spans)

    def lines(self, lines: Sequence[Line]) -> None:
        """Raises StoreError."""
        own_connection()
        _try(self._lines.export, [self._line(line) for line in lines], self._of_lines)

    def _line(self, line: Line) -> ReadableLogRecord:
        trace_id = line.trace_id or int(line.keys.get("trace_id", "0"), 16)
        names = personal.columns(line.keys.get("component", ""))
        own = {**keys.attributes(line.keys), **line.more, "logger": line.logger}
        record = LogRecord(
            timestamp=line.at,
            trace_id=trace_id,
            span_id=line.span_id,
            trace_flags=TraceFlags(TraceFlags.SAMPLED),
            severity_number=SeverityNumber(line.severity),
            body=hide(masked(line.message), names),
            attributes=personal.in_values(values(own), names),
        )
        return ReadableLogRecord(record, self._resource)


def _try(export: Callable[[Any], Any], records: Sequence[Any], heard: Heard) -> None:
    """The exporter tries for some seconds by itself; what it gave up is sent again later.

    A last try for which little time is left, or none, takes nothing back of what was answered.
    """
    heard.is_asked, heard.status = False, 0
    if export(records).value == SUCCESS:
        return
    if not heard.is_asked:
        raise StoreError("They could not be written as OTLP.", permanent=True)
    said = f"answers {heard.status}" if heard.status else "does not answer"
    raise StoreError(f"{NAMED} {said}.", permanent=heard.status in REFUSED)


def _span(ended: Ended) -> ReadableSpan:
    """The span with its keys, without secrets."""
    span, own = ended.span, told(ended)
    names = personal.columns(ended.keys.get("component", ""))
    return ReadableSpan(
        name=hide(masked(span.name), names),
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=personal.in_values(values(own), names),
        events=[
            Event(
                masked(event.name),
                personal.in_values(values(event.attributes or {}), names),
                event.timestamp,
            )
            for event in span.events
        ],
        links=span.links,
        kind=span.kind,
        status=Status(
            span.status.status_code, hide(masked(span.status.description or ""), names) or None
        ),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
