"""A body is bounded in what it holds, counted before anything is made of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from google.protobuf.message import DecodeError, Message
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from observability.logs.models import LogRecord
from observability.otlp import counting, reading
from portal.catalog.models import Component
from tests.bench import otlp as bench
from tests.observability.otlp.messages import holding, logs, within

JSON = "application/json"
MOST, GROUPS = counting.MOST_PARTS, 2  # a resource and a scope
KINDS = {
    "logs": (ExportLogsServiceRequest, "resource_logs", "scope_logs", "log_records"),
    "traces": (ExportTraceServiceRequest, "resource_spans", "scope_spans", "spans"),
    "metrics": (ExportMetricsServiceRequest, "resource_metrics", "scope_metrics", "metrics"),
}
EMPTY = b"\x12\x00"  # a record, span or metric without anything


@pytest.mark.parametrize("signal", KINDS)
def test_so_many_records_are_taken_and_not_one_more(signal: str) -> None:
    kind, *path = KINDS[signal]
    request = kind()
    scope = getattr(getattr(request, path[0]).add(), path[1]).add()
    for _ in range(MOST - GROUPS):
        getattr(scope, path[2]).add()
    assert request.SerializeToString() == holding(EMPTY * (MOST - GROUPS))
    assert reading.parsed(kind, request.SerializeToString(), reading.PROTOBUF) == request
    assert counting.excess(kind, holding(EMPTY * (MOST - GROUPS + 1))) == counting.RECORDS


@pytest.mark.parametrize("form", ["gauge", "sum", "histogram", "exponential_histogram", "summary"])
def test_points_of_every_form_are_counted(form: str) -> None:
    metric = Metric()
    for _ in range(MOST - GROUPS):
        getattr(metric, form).data_points.add()
    body = holding(within(metric.SerializeToString()))  # and the metric is one too many
    assert counting.excess(ExportMetricsServiceRequest, body) == counting.RECORDS
    del getattr(metric, form).data_points[0]
    body = holding(within(metric.SerializeToString()))
    assert counting.excess(ExportMetricsServiceRequest, body) == ""


def test_quantiles_are_counted_as_the_points_that_they_become() -> None:
    metric = Metric()
    for _ in range(MOST // 20):
        point = metric.summary.data_points.add()
        for _ in range(20):
            point.quantile_values.add()
    body = holding(within(metric.SerializeToString()))
    assert counting.excess(ExportMetricsServiceRequest, body) == counting.RECORDS


@pytest.mark.parametrize("make", [bench.lines, bench.spans, bench.points])
def test_all_that_is_in_a_body_is_counted(make: Callable[[int], bytes]) -> None:
    kind = {
        bench.lines: ExportLogsServiceRequest,
        bench.spans: ExportTraceServiceRequest,
        bench.points: ExportMetricsServiceRequest,
    }[make]
    body = make(1)
    shape, number = counting._whole(kind.DESCRIPTOR), fields(kind.FromString(body))
    assert not counting._is_more(body, shape, 1, number)
    assert counting._is_more(body, shape, 1, number - 1)


def test_what_is_cut_off_is_no_protobuf_wherever_it_ends() -> None:
    kind, body = ExportLogsServiceRequest, logs("paid", "x" * 300, user="7").SerializeToString()
    shape = counting._whole(kind.DESCRIPTOR)
    assert not counting._is_more(body, shape, 1, 1000)
    for end in range(1, len(body)):
        for read in (kind.FromString, lambda data: counting._is_more(data, shape, 1, 1000)):
            with pytest.raises(DecodeError):
                read(body[:end])


def test_more_values_than_the_memory_takes_are_too_many_in_one_record_too() -> None:
    attributes = b"\x32\x00" * (counting.MOST_ELEMENTS + 1)
    body = holding(within(attributes))
    assert len(body) < reading.MOST_SENT
    assert counting.excess(ExportLogsServiceRequest, body) == counting.VALUES
    buckets = within(within(within(b"\1" * (2 * counting.MOST_ELEMENTS + 9), 2), 8), 1)
    body = holding(within(within(buckets, 10)))
    assert counting.excess(ExportMetricsServiceRequest, body) == counting.VALUES


@pytest.mark.django_db
@pytest.mark.parametrize("signal", KINDS)
@pytest.mark.parametrize("kind", [reading.PROTOBUF, JSON])
def test_too_many_are_refused_in_the_words_of_the_protocol(
    post: Callable, signal: str, kind: str
) -> None:
    if kind == JSON:
        _, *path = KINDS[signal]
        records = "{}," * (MOST - GROUPS) + "{}"
        first, second, third = (camel(name) for name in path)
        body = f'{{"{first}": [{{"{second}": [{{"{third}": [{records}]}}]}}]}}'.encode()
    else:
        body = holding(EMPTY * (MOST - GROUPS + 1))
    answer = post(f"/v1/{signal}", gzip.compress(body), kind, Content_Encoding="gzip")
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, kind)
    said = Status(**answer.json()) if kind == JSON else Status.FromString(answer.content)
    assert said.code == reading.RESOURCE_EXHAUSTED
    assert "50,000 records, spans or points" in said.message
    assert "send smaller batches" in said.message


@pytest.mark.django_db
def test_a_key_that_comes_many_times_is_read_as_often_as_attributes_are_kept(
    post: Callable, checkout: Component
) -> None:
    request = logs("paid")
    record = request.resource_logs[0].scope_logs[0].log_records[0]
    for number in range(500):
        record.attributes.add(key="same").value.int_value = number
    answer = post("/v1/logs", request.SerializeToString())
    said = ExportLogsServiceResponse.FromString(answer.content).partial_success.error_message
    assert said.startswith("372 attributes, events or links were left out in 1 records")
    assert LogRecord.objects.get().attributes["same"] == 127


def fields(message: Message) -> int:
    """How many there are in it on the wire, and numbers of lists once more."""
    found = 0
    for field, value in message.ListFields():
        several = list(value) if field.is_repeated else [value]
        if field.message_type is not None:
            found += len(several) + sum(map(fields, several))
        elif field.is_repeated:
            found += 1 + len(several)
        else:
            found += 1
    return found


def camel(name: str) -> str:
    """As JSON has a field."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
