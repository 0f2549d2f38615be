"""OTLP/HTTP: taken in either encoding, answered as the protocol says, kept before the answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from observability.logs.models import LogRecord
from observability.otlp import reading
from observability.senders import operations as senders
from observability.senders.models import Service
from observability.traces.models import Span
from portal.accounts.models import User
from portal.catalog.models import Component
from tests.observability.otlp.messages import SPAN, TRACE, logs, spans

pytestmark = pytest.mark.django_db
LOGS, TRACES, JSON = "/v1/logs", "/v1/traces", "application/json"


def test_a_line_is_kept_with_the_keys_that_tie_it(post: Callable, checkout: Component) -> None:
    run = "01a1f97b-696b-732b-a69f-73fad4dc6348"
    sent = logs("paid\tin\nfull", user="7", slipway__run_id=run)
    answer = post(LOGS, sent.SerializeToString())
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-protobuf")
    assert ExportLogsServiceResponse.FromString(answer.content) == ExportLogsServiceResponse()
    line = LogRecord.objects.get()
    assert (line.component, line.environment, line.version) == ("checkout", "production", "7")
    assert (line.message, line.severity) == ("paid\tin\nfull", 9)
    assert (line.trace_id.hex, line.span_id, str(line.run_id)) == (TRACE, SPAN, run)
    assert line.attributes == {"user": "7", "logger": "shop.pay"}


def test_spans_are_kept_with_their_parents(post: Callable, checkout: Component) -> None:
    answer = post(TRACES, spans("POST /pay", "SELECT", "charge").SerializeToString())
    assert answer.status_code == 200
    found = list(Span.objects.order_by("at"))
    assert [span.name for span in found] == ["POST /pay", "SELECT", "charge"]
    assert [span.parent_id for span in found] == [None, "0000000000000001", "0000000000000001"]
    assert {span.duration for span in found} == {10**9}


def test_json_is_read_with_hexadecimal_ids_and_numbers_as_text_or_numbers(
    post: Callable, checkout: Component
) -> None:
    now = int(datetime.now(UTC).timestamp()) * 10**9
    record = {
        "timeUnixNano": str(now),
        "observedTimeUnixNano": now,
        "severityText": "Warning",
        "traceId": TRACE.upper(),
        "spanId": SPAN.upper(),
        "body": {"kvlistValue": {"values": [{"key": "n", "value": {"intValue": "10"}}]}},
        "attributes": [
            {"key": "share", "value": {"doubleValue": 0.5}},
            {"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": "a"}]}}},
        ],
        "somethingNew": 1,
    }
    service = {"key": "service.name", "value": {"stringValue": "checkout"}}
    content = {
        "resourceLogs": [
            {"resource": {"attributes": [service]}, "scopeLogs": [{"logRecords": [record]}]}
        ]
    }
    answer = post(LOGS, json.dumps(content).encode(), JSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, JSON)
    assert answer.json() == {}
    line = LogRecord.objects.get()
    assert (line.trace_id.hex, line.severity, line.message) == (TRACE, 13, '{"n": 10}')
    assert line.attributes == {"share": 0.5, "tags": ["a"]}


def test_gzip_is_unpacked_and_an_empty_request_succeeds(
    post: Callable, checkout: Component
) -> None:
    packed = gzip.compress(logs("hello").SerializeToString())
    assert post(LOGS, packed, Content_Encoding="gzip").status_code == 200
    assert post(LOGS, b"{}", JSON).status_code == 200
    assert LogRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "kind", "headers", "status", "words"),
    [
        (b"\xff\xff\xff", "application/x-protobuf", {}, 400, "no ExportLogsServiceRequest"),
        (b"{not json", JSON, {}, 400, "no ExportLogsServiceRequest in JSON"),
        (b"[1]", JSON, {}, 400, "in JSON"),
        (b'{"resourceLogs": 7}', JSON, {}, 400, "in JSON"),
        (b"{" * 10, JSON, {}, 400, "in JSON"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, JSON, {}, 400, "in JSON"),
        (b"hello", "text/plain", {}, 415, "Send application/x-protobuf or application/json"),
        (b"x", JSON, {"Content_Encoding": "br"}, 415, "gzip or not at all"),
        (b"xxxx", JSON, {"Content_Encoding": "gzip"}, 400, "no gzip"),
        (gzip.compress(b"{}")[:-4], JSON, {"Content_Encoding": "gzip"}, 400, "ends in the middle"),
        (gzip.compress(b"{}") * 2, JSON, {"Content_Encoding": "gzip"}, 400, "follows the end"),
    ],
    ids=[
        *("no protobuf", "no JSON", "a list", "a number", "braces", "too deep", "plain text"),
        *("another coding", "no gzip", "half a gzip", "two of them"),
    ],
)
def test_what_can_not_be_read_is_told_once_and_for_all(
    post: Callable, body: bytes, kind: str, headers: dict[str, str], status: int, words: str
) -> None:
    answer = post(LOGS, body, kind, **headers)
    assert answer.status_code == status
    assert words in _said(answer)
    assert not LogRecord.objects.exists()


def test_too_much_is_refused_before_and_after_unpacking(
    post: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SENT", 2**20)
    monkeypatch.setattr(reading, "MOST_UNPACKED", 2**21)
    answer = post(LOGS, b"x" * (2**20 + 1))
    assert answer.status_code == 413
    assert "1 MiB as it is sent" in _said(answer)
    bomb = gzip.compress(b"\0" * 2**26)
    assert len(bomb) < 2**17
    answer = post(LOGS, bomb, Content_Encoding="gzip")
    assert answer.status_code == 413
    assert Status.FromString(answer.content).code == reading.RESOURCE_EXHAUSTED


def test_times_that_no_clock_shows_are_kept_as_of_their_arrival(
    post: Callable, checkout: Component
) -> None:
    for at in (1, 4102444800 * 10**9):  # 1970 and 2100
        answer = post(LOGS, logs("lost in time", at=at).SerializeToString())
        partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
        assert partial.rejected_log_records == 0
        assert "kept as of their arrival" in partial.error_message
    assert [line.attributes["slipway.sent_time"][:4] for line in LogRecord.objects.all()] == [
        "1970",
        "2100",
    ]
    assert all(line.at.year == datetime.now(UTC).year for line in LogRecord.objects.all())


def test_secrets_are_masked_before_they_are_kept(post: Callable, checkout: Component) -> None:
    sent = logs(
        "sign in with password=hunter2", db__password="swordfish", note="Bearer abcdefghijkl"
    )
    assert post(LOGS, sent.SerializeToString()).status_code == 200
    line = LogRecord.objects.get()
    kept = f"{line.message} {line.attributes}"
    for secret in ("hunter2", "swordfish", "abcdefghijkl"):
        assert secret not in kept


def test_characters_that_can_not_be_stored_are_replaced(
    post: Callable, checkout: Component
) -> None:
    sent = logs("a\0b", odd="c\0\\u0000 \\ d")
    assert post(LOGS, sent.SerializeToString()).status_code == 200
    line = LogRecord.objects.get()
    assert line.message == "a\ufffdb"
    assert line.attributes["odd"].startswith("c\ufffd")


def test_only_a_token_for_it_of_its_own_team_speaks_for_a_component(
    post: Callable, client: Client, bearer: Callable[..., str], checkout: Component
) -> None:
    body = logs("hello").SerializeToString()

    def as_(authorization: str) -> tuple[int, str]:
        answer = client.post(
            LOGS, body, "application/x-protobuf", headers={"Authorization": authorization}
        )
        return answer.status_code, answer.content.decode(errors="replace")

    assert as_("")[0] == 401
    assert as_("Bearer slw_unknown")[0] == 401
    status, said = as_(bearer("mira", "read", "write"))
    assert status == 403
    assert "no scope “telemetry”" in said
    for stranger in ("hannah", "jonas"):
        status, said = as_(bearer(stranger))
        assert status == 200
        assert "checkout belongs to airline-data" in said
    assert not LogRecord.objects.exists()


def test_a_service_that_no_component_is_called_is_seen_and_unowned(
    post: Callable, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(LOGS, logs("hi", service="mystery").SerializeToString()).status_code == 200
    service = Service.objects.get(name="mystery")
    assert service.sender == people["mira"]
    monkeypatch.setattr(senders, "MOST_UNOWNED", 3)
    many = [post(TRACES, spans("x", service=f"service-{n}").SerializeToString()) for n in range(4)]
    last = ExportTraceServiceResponse.FromString(many[-1].content).partial_success
    assert last.rejected_spans == 1
    assert "register components for them" in last.error_message
    assert Service.objects.count() == 3


def test_a_get_is_no_way_in(client: Client) -> None:
    assert client.get(LOGS).status_code == 405


def _said(answer: object) -> str:
    if answer.headers["Content-Type"] == JSON:  # type: ignore[attr-defined]
        return str(answer.json()["message"])  # type: ignore[attr-defined]
    return Status.FromString(answer.content).message  # type: ignore[attr-defined]
