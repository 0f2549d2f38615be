"""OTLP in protobuf over HTTP, encoded beforehand, until its rows are stored with all indexes.

`make bench ARGS="otlp"`; 400,000 log lines, half as many spans and points; `SLIPWAY_CROWD=0.1`
sends a tenth. Eight senders at a time, batches of 512 as SDKs make them.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.bench import processors
from tests.bench.report import Figure, keep
from tests.observability.otlp.messages import pairs
from tests.portal_process import Portal

LINES = 400_000
BATCH, SENDERS, SERVICES = 512, 8, 20
LEAST = 20_000  # log lines a second
WORDS = [
    "order",
    "basket",
    "payment",
    "refund",
    "stock",
    "parcel",
    "label",
    "courier",
    "invoice",
    "ticket",
]
dice = random.Random(4318)


def measure() -> bool:
    """Whether the goal was met."""
    crowd = float(os.environ.get("SLIPWAY_CROWD", "1"))
    portal = Portal.start(own_servers=True, only=("zygote", "web"))
    try:
        said = portal.manage(
            "create_platform_admin", "bench", "--full-name", "Bench", "--token", "bench"
        )
        token = re.search(r"slw_\S+", said)
        assert token
        authorization = f"Bearer {token.group()}"
        figures = []
        sent = "component LIKE 'service-%'"  # the portal speaks of itself, too
        for name, table, ours, share, make in (
            ("logs", "observability_logrecord", sent, 1.0, lines),
            ("traces", "observability_span", sent, 0.5, spans),
            ("metrics", "observability_point", "true", 0.5, points),
        ):
            requests = int(LINES * crowd * share) // BATCH
            warm = [make(n) for n in range(SERVICES)]  # each has said everything once
            send(portal, authorization, name, warm)
            bodies = [make(n) for n in range(requests)]
            before = processors.seconds(portal)
            seconds = send(portal, authorization, name, bodies)
            after = processors.seconds(portal)
            ((stored,),) = portal.rows(f"SELECT count(*) FROM {table} WHERE {ours}")
            assert stored == (len(bodies) + SERVICES) * BATCH, (stored, len(bodies))
            least = LEAST if name == "logs" else None
            rate = len(bodies) * BATCH / seconds
            figures.append(Figure(f"{name} stored a second", rate, "records", least=least))
            for process in ("web", "PostgreSQL"):
                each = (after[process] - before[process]) / (len(bodies) * BATCH) * 1e6
                figures.append(Figure(f"{name}, {process}", each, "µs CPU", "a record"))
    finally:
        portal.stop()
    amounts = {"log lines": int(LINES * crowd)}
    keep("otlp", "OTLP over HTTP until it is stored", figures, amounts=amounts)
    return not any(figure.is_missed for figure in figures)


def send(portal: Portal, authorization: str, name: str, bodies: list[bytes]) -> float:
    """Send them all, each acknowledged; how many seconds that took."""
    left, lock, wrong = iter(bodies), threading.Lock(), []
    headers = {"Content-Type": "application/x-protobuf", "Authorization": authorization}

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
        for body in _shared(left, lock):
            while True:
                connection.request("POST", f"/v1/{name}", body, headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status not in {429, 503}:
                    break
                time.sleep(float(answer.headers["Retry-After"]))
            if answer.status != 200 or content:
                wrong.append((answer.status, content[:300]))

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    return time.perf_counter() - began


def _shared(left: Iterator[bytes], lock: threading.Lock) -> Iterator[bytes]:
    while True:
        with lock:
            body = next(left, None)
        if body is None:
            return
        yield body


def lines(number: int) -> bytes:
    """A service's log lines: words, numbers, a few attributes, every eighth one of a trace."""
    request = ExportLogsServiceRequest()
    records = _scope(request, request.resource_logs.add, "scope_logs", number).log_records
    for n in range(BATCH):
        record = records.add(time_unix_nano=time.time_ns(), severity_number=_severity(n))
        word = WORDS[n % len(WORDS)]  # a service says a few dozen sentences, with other numbers
        record.body.string_value = f"{word} {n} of customer {n % 77} took {dice.randrange(900)} ms"
        record.trace_id = (number * BATCH + n // 8 + 1).to_bytes(16, "big")
        record.span_id = (n + 1).to_bytes(8, "big")
        record.attributes.extend(pairs(http__route=f"/{word}/{{id}}", customer=str(n % 50)))
    return request.SerializeToString()


def spans(number: int) -> bytes:
    """Traces of eight spans."""
    request = ExportTraceServiceRequest()
    found = _scope(request, request.resource_spans.add, "scope_spans", number).spans
    for n in range(BATCH):
        now = time.time_ns()
        span = found.add(name=f"GET /{dice.choice(WORDS)}", kind=2, start_time_unix_nano=now)
        span.end_time_unix_nano = now + dice.randrange(10**9)
        span.trace_id = (number * BATCH + n // 8 + 1).to_bytes(16, "big")
        span.span_id = (n + 1).to_bytes(8, "big")
        span.attributes.extend(pairs(http__route="/x/{id}", customer=str(n % 50)))
    return request.SerializeToString()


def points(number: int) -> bytes:
    """Counters and gauges of a hundred series, every tenth point a histogram."""
    request = ExportMetricsServiceRequest()
    metrics = _scope(request, request.resource_metrics.add, "scope_metrics", number).metrics
    counter, latency = metrics.add(name="requests"), metrics.add(name="latency", unit="s")
    counter.sum.is_monotonic, counter.sum.aggregation_temporality = True, 2
    latency.histogram.aggregation_temporality = 2
    for n in range(BATCH):
        now = time.time_ns()
        if n % 10:
            point = counter.sum.data_points.add(time_unix_nano=now, as_int=number * BATCH + n)
            point.attributes.extend(pairs(route=f"/{WORDS[n % 9]}", status=str(n % 9)))
        else:
            latency.histogram.data_points.add(
                time_unix_nano=now,
                count=10,
                sum=5.0,
                explicit_bounds=[0.01 * 2**k for k in range(14)],
                bucket_counts=[1] * 10 + [0] * 5,
            )
    return request.SerializeToString()


def _scope(request: Message, add: Callable[[], Message], name: str, number: int) -> Message:
    part = add()
    said = pairs(
        service__name=f"service-{number % SERVICES}", deployment__environment__name="staging"
    )
    part.resource.attributes.extend(said)  # type: ignore[attr-defined]
    return getattr(part, name).add()  # type: ignore[no-any-return]


def _severity(n: int) -> int:
    return 17 if n % 25 == 0 else 13 if n % 10 == 0 else 9
