"""OTLP/HTTP: taken in either encoding, answered as the protocol says, kept before the answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
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
from tests.observability.otlp.messages import SPAN, TRACE, logs, pairs, spans

pytestmark = pytest.mark.django_db
LOGS, TRACES, JSON = "/v1/logs", "/v1/traces", "application/json"


def test_a_line_is_kept_with_the_keys_that_tie_it(post: Callable, checkout: Component) -> None:
    sent = logs("paid\tin\nfull", user="7")
    answer = post(LOGS, sent.SerializeToString())
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-protobuf")
    assert ExportLogsServiceResponse.FromString(answer.content) == ExportLogsServiceResponse()
    line = LogRecord.objects.get()
    assert (line.component, line.environment, line.version) == ("checkout", "production", "7")
    assert (line.message, line.severity) == ("paid\tin\nfull", 9)
    assert (line.trace_id.hex, line.span_id) == (TRACE, SPAN)
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
    years = {line.attributes["slipway.sent_time"][:4] for line in LogRecord.objects.all()}
    assert years == {"1970", "2100"}
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


def test_secrets_in_received_names_and_in_keys_of_others_are_masked_too(
    post: Callable, checkout: Component
) -> None:
    github, aws = "16C7e42F292c6912E7710c838347Ae178B4a", "IOSFODNN7EXAMPLE"
    sent = spans(f"GET /hook?token={github}", f"clone ghp_{github}")
    scope = sent.resource_spans[0].scope_spans[0]
    scope.scope.name = f"client AKIA{aws}"
    event = scope.spans[0].events.add(name=f"called with Cookie: sid={github}")
    event.attributes.extend(pairs(key_id=f"AKIA{aws}"))
    scope.spans[0].links.add(trace_id=bytes(16), trace_state=f"a=ghp_{github}")
    assert post(TRACES, sent.SerializeToString()).status_code == 200
    request = logs(f"sent Set-Cookie: sid={github}", service="checkout")
    request.resource_logs[0].scope_logs[0].scope.name = f"log.ghp_{github}"
    assert post(LOGS, request.SerializeToString()).status_code == 200
    line = LogRecord.objects.get()
    kept = [(span.name, span.events, span.attributes, span.links) for span in Span.objects.all()]
    assert kept[0][0] == "GET /hook?token=•••"
    for secret in (github, aws):
        assert secret not in f"{kept} {line.message} {line.attributes}"


def test_what_else_a_record_says_of_itself_is_kept(post: Callable, checkout: Component) -> None:
    request = logs("paid", service="checkout", deployment__id="blue-7", slipway__run_id="batch 7")
    scope = request.resource_logs[0].scope_logs[0]
    scope.scope.version = "1.4"
    scope.log_records[0].event_name = "order.paid"
    assert post(LOGS, request.SerializeToString()).status_code == 200
    assert LogRecord.objects.get().attributes == {
        "logger": "shop.pay",
        "event.name": "order.paid",
        "otel.scope.version": "1.4",
        "deployment.id": "blue-7",  # as others call theirs
        "slipway.run_id": "batch 7",
    }
    sent = spans("charge")
    scope_of = sent.resource_spans[0].scope_spans[0]
    scope_of.scope.name, scope_of.scope.version = "shop.http", "2"
    span = scope_of.spans[0]
    span.trace_state = "vendor=1"
    link = span.links.add(trace_id=bytes.fromhex(TRACE), span_id=bytes.fromhex(SPAN))
    link.trace_state = "vendor=2"
    link.attributes.extend(pairs(why="again"))
    assert post(TRACES, sent.SerializeToString()).status_code == 200
    kept = Span.objects.get()
    assert kept.attributes == {
        "trace_state": "vendor=1",
        "otel.scope.name": "shop.http",
        "otel.scope.version": "2",
    }
    assert kept.links == [
        {
            "trace_id": TRACE,
            "span_id": SPAN,
            "attributes": {"why": "again"},
            "trace_state": "vendor=2",
        }
    ]


def test_what_is_too_much_of_a_record_is_left_out_in_words(
    post: Callable, checkout: Component
) -> None:
    many = {f"a{number}": "x" for number in range(130)}
    answer = post(LOGS, logs("x" * 64_001, "y", **many).SerializeToString())
    partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_log_records == 0
    assert "4 attributes, events or links were left out in 2 records" in partial.error_message
    assert "1 texts were cut after 64,000 characters" in partial.error_message
    assert {len(line.message) for line in LogRecord.objects.all()} == {64_000, 1}
    sent = spans("busy")
    for number in range(131):
        sent.resource_spans[0].scope_spans[0].spans[0].events.add(name=str(number))
    answer = post(TRACES, sent.SerializeToString())
    said = ExportTraceServiceResponse.FromString(answer.content).partial_success.error_message
    assert said.startswith("3 attributes, events or links were left out in 1 records")
    whole = post(LOGS, logs("x" * 64_000).SerializeToString())
    assert ExportLogsServiceResponse.FromString(whole.content) == ExportLogsServiceResponse()


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


def test_a_service_that_no_component_can_be_called_is_found_under_one_that_says_the_same(
    post: Callable, checkout: Component, people: dict[str, User]
) -> None:
    for name in ("my.service", "CheckOut"):
        assert post(LOGS, logs("hi", service=name).SerializeToString()).status_code == 200
        assert post(TRACES, spans("GET /", service=name).SerializeToString()).status_code == 200
    lines = {line.component: line.attributes for line in LogRecord.objects.all()}
    assert lines["my-service"]["resource"] == {"service.name": "my.service"}
    assert lines["check-out"]["resource"] == {"service.name": "CheckOut"}
    assert set(Span.objects.values_list("component", flat=True)) == {"my-service", "check-out"}
    assert senders.introduce(now=timezone.now()) == 2
    assert set(Service.objects.values_list("name", "alias")) == {
        ("my.service", "my-service"),
        ("CheckOut", "check-out"),
    }


def _said(answer: object) -> str:
    if answer.headers["Content-Type"] == JSON:  # type: ignore[attr-defined]
        return str(answer.json()["message"])  # type: ignore[attr-defined]
    return Status.FromString(answer.content).message  # type: ignore[attr-defined]
