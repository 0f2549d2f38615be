"""The real exporters of OpenTelemetry's Python SDK, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.test.testcases import LiveServerThread
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from observability.logs.models import LogRecord
from observability.traces.models import Span
from portal.catalog.models import Component

RESOURCE = Resource.create(
    {"service.name": "checkout", "deployment.environment.name": "staging", "service.version": "3"}
)


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    thread = LiveServerThread("127.0.0.1", lambda handler: handler, connections_override={})
    thread.static_handler = lambda _: WSGIHandler()
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_lines_and_spans_arrive_tied_to_each_other(
    address: str,
    bearer: Callable[..., str],
    checkout: Component,
    compression: Compression,
) -> None:
    headers = {"Authorization": bearer("mira")}
    traces, logs = TracerProvider(resource=RESOURCE), LoggerProvider(resource=RESOURCE)
    traces.add_span_processor(
        BatchSpanProcessor(
            OTLPSpanExporter(f"{address}/v1/traces", headers=headers, compression=compression)
        )
    )
    logs.add_log_record_processor(
        BatchLogRecordProcessor(
            OTLPLogExporter(f"{address}/v1/logs", headers=headers, compression=compression)
        )
    )
    logger = logs.get_logger("shop")
    with traces.get_tracer("shop").start_as_current_span("POST /pay") as span:
        for number in range(700):  # more than one batch of the SDK
            logger.emit(
                timestamp=time.time_ns(),
                severity_number=SeverityNumber.WARN,
                body=f"payment {number} refused",
                attributes={"order": number},
            )
    logs.shutdown()
    traces.shutdown()
    found = Span.objects.get()
    assert (found.name, found.component, found.environment) == ("POST /pay", "checkout", "staging")
    assert found.trace_id.int == span.get_span_context().trace_id
    lines = LogRecord.objects.filter(trace_id=found.trace_id, span_id=found.span_id)
    assert lines.count() == 700
    assert {line.attributes["order"] for line in lines} == set(range(700))
    assert set(lines.values_list("severity", "version")) == {(13, "3")}
