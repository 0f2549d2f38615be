"""What is cut inside of a value is said in the answer, with how many records lack it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue

from portal.catalog.models import Component
from tests.observability.otlp.messages import TRACE, logs, pairs, spans

pytestmark = pytest.mark.django_db
LOGS, TRACES = "/v1/logs", "/v1/traces"


def test_what_is_left_out_inside_of_a_value_is_said_too(
    post: Callable, checkout: Component
) -> None:
    """A map of a body, lists too deep, and the attributes of an event, a link and a resource."""
    request = logs("whole", "wide", "deep")
    _, wide, deep = request.resource_logs[0].scope_logs[0].log_records
    wide.body.kvlist_value.values.extend(_many(130))
    deep.attributes.add(key="well").value.CopyFrom(_nested(8))
    assert _left_out(post(LOGS, request.SerializeToString())) == (2, 1)
    deep.attributes[0].value.CopyFrom(_nested(9))
    answer = post(LOGS, request.SerializeToString())
    assert _left_out(answer) == (3, 2)
    partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_log_records == 0
    assert "values up to 8 inside of each other" in partial.error_message
    request = logs("one", "two", "three")
    request.resource_logs[0].resource.attributes.extend(_many(130))
    request.resource_logs.add().CopyFrom(logs("four").resource_logs[0])
    assert _left_out(post(LOGS, request.SerializeToString())) == (133 - 128, 3)
    sent = spans("GET /", "calm")
    busy = sent.resource_spans[0].scope_spans[0].spans[0]
    busy.events.add(name="retry").attributes.extend(_many(129))
    busy.links.add(trace_id=bytes.fromhex(TRACE)).attributes.extend(_many(131))
    assert _left_out(post(TRACES, sent.SerializeToString())) == (1 + 3, 1)


def _many(number: int) -> list[KeyValue]:
    return pairs(**{f"a{n}": "x" for n in range(number)})


def _nested(deep: int) -> AnyValue:
    """A number inside of so many lists."""
    value = AnyValue(int_value=7)
    for _ in range(deep):
        value = AnyValue(array_value=ArrayValue(values=[value]))
    return value


def _left_out(answer: Any) -> tuple[int, int]:
    """How much was left out of how many records; both responses have the same shape."""
    said = ExportLogsServiceResponse.FromString(answer.content).partial_success.error_message
    found = re.match(r"(\d+) attributes, events or links were left out in (\d+) records:", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)
