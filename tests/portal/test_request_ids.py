"""The id of a request: taken, made, sent back, and found in the logs and the audit."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from observability.logs.lines import CorrelationKeys, JsonLines
from portal import context
from portal.audit.models import Entry
from portal.celery import IdentifiedTask, app


def test_a_proxys_id_is_taken_and_sent_back(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "edge-7f3a.12"})
    assert answer.headers["X-Request-Id"] == "edge-7f3a.12"


@pytest.mark.parametrize("given", ["", "short", "x" * 41, 'quo"ted-id', "two words"])
def test_an_id_that_could_forge_a_line_is_replaced(client: Client, given: str) -> None:
    name = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert name != given
    assert len(name) == 32


def test_it_ends_with_the_request(client: Client) -> None:
    client.get("/healthz")
    assert context.request_id.get() == ""


def test_the_audit_keeps_it(program: Callable[..., APIClient]) -> None:
    headers = {"X-Request-Id": "from-the-proxy-3"}
    program("priya").post("/api/v1/teams/", {"name": "new-team"}, headers=headers)
    assert Entry.objects.get(verb="team.create", thing="new-team").request_id == "from-the-proxy-3"


def line(record: logging.LogRecord) -> dict[str, str]:
    assert CorrelationKeys().filter(record)
    return json.loads(JsonLines().format(record))


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.getLogger("t").makeRecord(
        "t", logging.INFO, "f", 1, message, (), None, extra=extra
    )


def test_log_lines_carry_what_belongs_together() -> None:
    with context.bind(component="carrier-punctuality"), context.bind(run_id=7, version=""):
        written = line(record("claimed", rows=3))
    assert written["message"] == "claimed"
    assert written["level"] == "INFO"
    assert (written["component"], written["run_id"], written["rows"]) == (
        "carrier-punctuality",
        "7",
        3,
    )
    assert "version" not in written
    assert "run_id" not in line(record("afterwards"))


def test_an_answer_that_is_logged_late_still_has_it() -> None:
    request = type("Request", (), {"request_id": "from-the-proxy-4"})()
    written = line(record("Not Found", request=request))
    assert written["request_id"] == "from-the-proxy-4"
    assert "request" not in written


def test_no_secret_reaches_a_line() -> None:
    secret = "slw_" + "A" * 43
    error = RuntimeError(f"could not use {secret}")
    made = logging.getLogger("t").makeRecord(
        "t", logging.ERROR, "f", 1, "asked with %s", (secret,), (RuntimeError, error, None)
    )
    written = json.dumps(line(made))
    assert "AAAA" not in written
    assert "could not use slw_" in written


def test_a_task_gives_its_id() -> None:
    seen = []

    class Probe(IdentifiedTask):
        name = "tests.probe"

        def run(self) -> None:
            seen.append(context.request_id.get())

    probe = app.register_task(Probe())
    try:
        probe.apply(task_id="task-1")
    finally:
        app.tasks.unregister(probe.name)
    assert seen == ["task-1"]
    assert context.request_id.get() == ""
