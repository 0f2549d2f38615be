"""OTLP requests, made as SDKs make them."""

from __future__ import annotations

import time

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

TRACE = "5b8efff798038103d269b633813fc60c"
SPAN = "eee19b7ec3c1b174"


def pairs(**values: str) -> list[KeyValue]:
    return [
        KeyValue(key=key.replace("__", "."), value=AnyValue(string_value=value))
        for key, value in values.items()
    ]


def logs(
    *messages: str,
    service: str = "checkout",
    environment: str = "prod",
    at: int = 0,
    severity: int = 9,
    **attributes: str,
) -> ExportLogsServiceRequest:
    """One resource with these lines."""
    request = ExportLogsServiceRequest()
    part = request.resource_logs.add()
    part.resource.attributes.extend(
        pairs(
            service__name=service, deployment__environment__name=environment, service__version="7"
        )
    )
    scope = part.scope_logs.add()
    scope.scope.name = "shop.pay"
    for message in messages:
        record = scope.log_records.add()
        record.time_unix_nano = at or time.time_ns()
        record.severity_number = severity
        record.body.string_value = message
        record.trace_id, record.span_id = bytes.fromhex(TRACE), bytes.fromhex(SPAN)
        record.attributes.extend(pairs(**attributes))
    return request


def spans(*names: str, service: str = "checkout", at: int = 0) -> ExportTraceServiceRequest:
    """One resource with a root span and its children, a second each."""
    request = ExportTraceServiceRequest()
    part = request.resource_spans.add()
    part.resource.attributes.extend(pairs(service__name=service))
    scope = part.scope_spans.add()
    began = at or time.time_ns()
    for number, name in enumerate(names, 1):
        span = scope.spans.add()
        span.trace_id, span.span_id = bytes.fromhex(TRACE), number.to_bytes(8, "big")
        span.parent_span_id = b"" if number == 1 else (1).to_bytes(8, "big")
        span.name, span.kind = name, 2
        span.start_time_unix_nano = began + number
        span.end_time_unix_nano = began + number + 10**9
    return request


def within(content: bytes, tag: int = 2) -> bytes:
    """A message that is the field of another one."""
    size, length = len(content), bytearray()
    while size >= 128:
        length.append(size % 128 + 128)
        size //= 128
    return bytes([tag << 3 | 2, *length, size]) + content


def holding(records: bytes) -> bytes:
    """A request with these records, of any signal."""
    return within(within(records), 1)
