"""What may befall the receiver of telemetry while services send: a real portal, real SDKs."""

from __future__ import annotations

import gzip
import os
import re
import signal
import time
from collections.abc import Iterator, Sequence

import httpx
import psutil
import psycopg
import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.sdk._logs import LoggerProvider, ReadableLogRecord
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExportResult
from opentelemetry.sdk.resources import Resource

from observability.otlp import reading
from observability.senders.operations import MOST_UNOWNED
from tests.observability.otlp.messages import holding, logs
from tests.patience import patient, wait_for
from tests.portal_process import Portal

pytestmark = pytest.mark.fault
GONE = 20.0  # seconds
PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """A web process alone, on a PostgreSQL that it may lose: quicker than a whole house."""
    running = Portal.start(own_servers=True, only=("web",))
    try:
        wait_for(lambda: _is_alive(running), 60, running.logs)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def bearer(portal: Portal) -> dict[str, str]:
    said = portal.manage("create_platform_admin", "sender", "--full-name", "S", "--token", "otel")
    token = re.search(r"slw_\S+", said)
    assert token
    return {"Authorization": f"Bearer {token.group()}"}


@pytest.fixture(scope="module")
def sender(portal: Portal, bearer: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=portal.address, headers=bearer, timeout=30) as client:
        yield client


class Counting(OTLPLogExporter):
    """The SDK's exporter, with a note of what was acknowledged to it."""

    acknowledged: list[str]

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        result = super().export(batch)
        if result is LogRecordExportResult.SUCCESS:
            self.acknowledged += [str(one.log_record.body) for one in batch]
        return result


def test_a_database_that_is_gone_for_a_while_costs_nothing(
    portal: Portal, bearer: dict[str, str]
) -> None:
    exporter = Counting(f"{portal.address}/v1/logs", headers=bearer, timeout=60)
    exporter.acknowledged = []
    provider = LoggerProvider(resource=Resource.create({"service.name": "steady"}))
    provider.add_log_record_processor(
        BatchLogRecordProcessor(exporter, schedule_delay_millis=100, max_queue_size=20_000)
    )
    logger, said = provider.get_logger("steady"), 0
    keeper, began = portal.own.keeper, time.monotonic()  # type: ignore[union-attr]

    def talk(until: float) -> None:
        nonlocal said
        while time.monotonic() < began + until:
            logger.emit(timestamp=time.time_ns(), body=f"line {said}")
            said += 1
            time.sleep(0.005)

    talk(0.7)
    os.kill(keeper, signal.SIGSTOP)  # it would start it again at once
    try:
        os.kill(portal.postgres_pid, signal.SIGKILL)
        talk(0.7 + GONE)
    finally:
        os.kill(keeper, signal.SIGCONT)
    talk(1.2 + GONE)
    try:  # ending gives up what it has not sent in time: first, all of it is to be there
        wait_for(lambda: len(set(exporter.acknowledged)) == said, 60)
    finally:
        provider.shutdown()
    wait_for(lambda: _answers(portal), 10)
    stored = {text for (text,) in portal.rows("SELECT message FROM observability_logrecord")}
    assert set(exporter.acknowledged) - stored == set()


def test_a_body_over_the_limit_is_refused_in_words(sender: httpx.Client) -> None:
    answer = sender.post("/v1/logs", content=b"\0" * (reading.MOST_SENT + 1), headers=PROTOBUF)
    assert answer.status_code == 413
    assert "16 MiB as it is sent" in Status.FromString(answer.content).message


def test_a_gzip_bomb_is_not_unpacked(portal: Portal, sender: httpx.Client) -> None:
    bomb = gzip.compress(b"\0" * 2**28, 1)
    before = _memory(portal)
    answer = sender.post("/v1/logs", content=bomb, headers={**PROTOBUF, "Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert "64 MiB unpacked" in Status.FromString(answer.content).message
    assert _memory(portal) - before < 192  # MiB, of 256 and what is made of them


def test_millions_of_empty_records_are_counted_before_any_is_made(
    portal: Portal, sender: httpx.Client
) -> None:
    """Sixty kilobytes, thirty million records: some gigabytes, if they were made."""
    body = gzip.compress(holding(b"\x12\x00" * 30_000_000), 1)
    before = _memory(portal)
    answer = sender.post("/v1/logs", content=body, headers={**PROTOBUF, "Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert "2,000,000 values" in Status.FromString(answer.content).message
    assert _memory(portal) - before < 192  # MiB: the bytes, not what is made of them


def test_ten_thousand_services_are_taken_up_to_a_number_of_names(
    portal: Portal, sender: httpx.Client
) -> None:
    request = ExportLogsServiceRequest()
    for number in range(10_000):
        request.MergeFrom(logs("hello", service=f"service-{number}"))
    began = time.monotonic()
    answer = sender.post("/v1/logs", content=request.SerializeToString(), headers=PROTOBUF)
    assert answer.status_code == 200
    assert time.monotonic() - began < patient(10)
    partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    ((known,),) = portal.rows("SELECT count(*) FROM observability_service")
    assert known == MOST_UNOWNED
    assert 10_000 - MOST_UNOWNED <= partial.rejected_log_records <= 10_000 - MOST_UNOWNED + 1
    assert "register components for them" in partial.error_message


@pytest.mark.parametrize("kind", ["application/x-protobuf", "application/json"])
def test_what_is_malformed_leaves_the_receiver_well(sender: httpx.Client, kind: str) -> None:
    for name, key in (
        ("logs", b"resourceLogs"),
        ("traces", b"resourceSpans"),
        ("metrics", b"resourceMetrics"),
    ):
        for body in (b"\xff" * 100, b'{"' + key + b'": 7}', b"[" * 100_000):
            answer = sender.post(f"/v1/{name}", content=body, headers={"Content-Type": kind})
            assert answer.status_code == 400, answer.content
            assert answer.headers["Content-Type"] == kind
    assert sender.post("/v1/logs", content=b"", headers=PROTOBUF).status_code == 200


def test_times_of_1970_and_2100_make_no_partitions(portal: Portal, sender: httpx.Client) -> None:
    for at in (1, 4102444800 * 10**9):
        body = logs("lost in time", service="steady", at=at).SerializeToString()
        answer = sender.post("/v1/logs", content=body, headers=PROTOBUF)
        partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
        assert "kept as of their arrival" in partial.error_message
    days = portal.rows(
        "SELECT count(*) FROM pg_class WHERE relname ~ '^observability_logrecord_k._(1970|2100)'"
    )
    assert days == [(0,)]


def _is_alive(portal: Portal) -> bool:
    try:
        return httpx.get(f"{portal.address}/healthz").is_success
    except httpx.TransportError:
        return False


def _answers(portal: Portal) -> bool:
    try:
        return bool(portal.rows("SELECT 1"))
    except psycopg.OperationalError:
        return False


def _memory(portal: Portal) -> float:
    """MiB that the web process and its children hold."""
    parent = psutil.Process(portal.processes["web"].pid)
    return sum(one.memory_info().rss for one in (parent, *parent.children(recursive=True))) / 2**20
