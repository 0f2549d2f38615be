"""Taking telemetry in: judged by who sends it, translated, written together with the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_service
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_service

from observability.logs.stores.registry import store as log_store
from observability.otlp import measuring, reading, translating
from observability.otlp.gathering import Gatherer
from observability.otlp.translating import Reception
from observability.senders import aliases, named, personal
from observability.senders import operations as senders
from observability.series.stores.base import Point
from observability.series.stores.registry import store as metric_store
from observability.traces.stores.registry import store as trace_store
from portal.accounts import access
from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Signal:
    """One of OTLP's signals: its messages, how it is translated and where it is written."""

    request: type[Message]
    response: type[Message]
    rejected: str  # the field of partial_success that counts
    translate: Callable[[Any, Reception], Sequence[Any]]
    gatherer: Gatherer
    names_work: bool = True  # its rows may name a run and a deployment


LOGS = Signal(
    logs_service.ExportLogsServiceRequest,
    logs_service.ExportLogsServiceResponse,
    "rejected_log_records",
    translating.lines,
    Gatherer(lambda rows: log_store().write(personal.hidden(rows))),
)
TRACES = Signal(
    trace_service.ExportTraceServiceRequest,
    trace_service.ExportTraceServiceResponse,
    "rejected_spans",
    translating.spans,
    Gatherer(lambda rows: trace_store().write(personal.hidden(rows))),
)


def _points(request: Any, to: Reception) -> list[Point]:
    """Those of a request whose series are known, or may be made."""
    found = measuring.points(request, to, personal.columns)
    refused = metric_store().register(found, now=to.now)
    for point in found:
        if point.series in refused:
            to.reject(refused[point.series], 1)
    return [point for point in found if point.series not in refused] if refused else found


METRICS = Signal(
    metrics_service.ExportMetricsServiceRequest,
    metrics_service.ExportMetricsServiceResponse,
    "rejected_data_points",
    _points,
    Gatherer(lambda rows: metric_store().write(rows)),
    names_work=False,
)


def receive(*, signal: Signal, data: bytes, encoding: str, sender: User, now: datetime) -> Message:
    """Keep what is in this body; the answer to it, after the commit.

    Raises Unreadable, Full or StoreError. It is no act of a person: no audit entry says so.
    """
    access.require(sender, "telemetry.introduce")
    with signal.gatherer.coming():
        message = reading.parsed(signal.request, data, encoding)
        names = translating.services(message)
        accept = senders.admission(names=names, sender=sender, now=now)
        to = Reception(now, accept, aliases.called(names))
        rows = signal.translate(message, to)
        if signal.names_work:
            rows, to.untied = named.tied(rows, sender)
    signal.gatherer.add(rows)
    response = signal.response()
    if said := to.message:
        partial = response.partial_success  # type: ignore[attr-defined]
        partial.error_message = said
        setattr(partial, signal.rejected, to.rejected)
    return response
