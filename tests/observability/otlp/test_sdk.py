"""The real exporters of OpenTelemetry's Python SDK, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from observability.logs.models import LogRecord
from observability.series.models import Point, Series
from observability.traces.models import Span
from portal.catalog.models import Component

RESOURCE = Resource.create(
    {"service.name": "checkout", "deployment.environment.name": "staging", "service.version": "3"}
)


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


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_metrics_arrive_with_their_labels(
    address: str, bearer: Callable[..., str], checkout: Component, compression: Compression
) -> None:
    exporter = OTLPMetricExporter(
        f"{address}/v1/metrics",
        headers={"Authorization": bearer("mira")},
        compression=compression,
    )
    provider = MeterProvider(
        resource=RESOURCE,
        metric_readers=[PeriodicExportingMetricReader(exporter, export_interval_millis=60_000)],
        views=[View(instrument_name="size", aggregation=ExponentialBucketHistogramAggregation())],
    )
    meter = provider.get_meter("shop")
    for card in ("visa", "visa", "amex"):
        meter.create_counter("payments").add(2, {"card": card})
    meter.create_up_down_counter("open").add(-4)
    for value in (0.02, 0.3, 7.0):
        meter.create_histogram("duration", unit="s").record(value)
        meter.create_histogram("size").record(value)
    provider.shutdown()
    found = {(one.name, one.labels.get("card", "")): one for one in Series.objects.all()}
    assert set(found) == {
        *(("payments", "visa"), ("payments", "amex"), ("open", "")),
        *(("duration", ""), ("size", "")),
    }
    visa = found["payments", "visa"]
    assert (visa.component, visa.environment, visa.kind) == ("checkout", "staging", "sum")
    assert (visa.is_monotonic, visa.is_delta, visa.labels["service.version"]) == (True, False, "3")
    values = {
        key: Point.objects.filter(series_id=one.pk).latest("at") for key, one in found.items()
    }
    assert values["payments", "visa"].value == 4
    assert values["open", ""].value == -4
    assert (values["duration", ""].count, values["duration", ""].value) == (3, 7.32)
    assert sum(values["size", ""].counts) == 3
    assert values["size", ""].bounds == sorted(values["size", ""].bounds)
