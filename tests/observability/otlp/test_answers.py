"""What does not work is answered in the protocol's own words, and says whether to come again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import httpx
import pytest
from django.db import connection, transaction
from django.test import Client
from google.rpc.status_pb2 import Status
from pytest_django import Settings

from observability.logs.models import LogRecord
from observability.otlp import counting, gathering, operations, reading
from portal.catalog.models import Component
from tests.observability.otlp.messages import logs
from tests.patience import wait_for

LOGS, JSON, PROTOBUF = "/v1/logs", "application/json", "application/x-protobuf"
RUN = "01a1f97b-696b-732b-a69f-73fad4dc6348"


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LOGS, "/v1/traces", "/v1/metrics"])
def test_a_get_is_no_way_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.headers["Content-Type"] == PROTOBUF
    said = Status.FromString(answer.content)
    assert (said.code, said.message) == (12, "Telemetry is sent with POST.")
    assert client.put(path, b"{}", JSON).json()["message"] == "Telemetry is sent with POST."


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_what_nobody_foresaw_is_a_status_with_the_id_of_the_request(
    post: Callable, settings: Settings, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    settings.OWNERS_OF = {}  # of an installation that is put together wrongly
    request = logs("hello", service="till", slipway__run_id=RUN)
    body = request.SerializeToString()
    if kind == JSON:
        value = {"key": "slipway.run_id", "value": {"stringValue": RUN}}
        record = '{"attributes": [' + str(value).replace("'", '"') + "]}"
        body = f'{{"resourceLogs": [{{"scopeLogs": [{{"logRecords": [{record}]}}]}}]}}'.encode()
    with caplog.at_level(logging.ERROR):
        answer = post(LOGS, body, kind)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, kind)
    assert "Retry-After" not in answer.headers
    said = answer.json() if kind == JSON else None
    status = Status.FromString(answer.content) if said is None else Status(**said)
    assert status.code == 13
    assert answer.headers["X-Request-Id"] in status.message
    assert "KeyError" in caplog.text  # for who mends it


@pytest.mark.django_db
def test_more_values_of_json_than_the_memory_takes_are_refused_unread(post: Callable) -> None:
    body = b"[" + b"[]," * counting.MOST_ELEMENTS + b"[]]"
    assert len(body) < reading.MOST_SENT
    answer = post(LOGS, body, JSON)
    assert answer.status_code == 413
    assert answer.json()["code"] == reading.RESOURCE_EXHAUSTED
    assert "2,000,000 values: send smaller batches" in answer.json()["message"]


def test_while_too_much_waits_to_be_written_senders_are_told_to_come_again(
    address: str,
    bearer: Callable[..., str],
    checkout: Component,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody holds the table: what was sent waits, and what comes then finds no room."""
    monkeypatch.setattr(gathering, "MOST_WAITING", 2)
    headers = {"Authorization": bearer("mira"), "Content-Type": PROTOBUF}
    answers: list[httpx.Response] = []

    def send(*messages: str) -> httpx.Response:
        body = logs(*messages).SerializeToString()
        return httpx.post(f"{address}{LOGS}", content=body, headers=headers, timeout=30)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK observability_logrecord IN ACCESS EXCLUSIVE MODE")
        first = threading.Thread(target=lambda: answers.append(send("one", "two")))
        first.start()
        wait_for(lambda: operations.LOGS.gatherer._waiting == 2, 20)
        refused = send("three")
    first.join(30)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert Status.FromString(refused.content).code == 14
    assert [answer.status_code for answer in answers] == [200]
    assert send("three").status_code == 200
    assert LogRecord.objects.count() == 3
