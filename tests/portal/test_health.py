"""Alive, and ready part by part: whoever balances or restarts us reads this."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal import redis_clients
from portal.workers import operations as workers
from tests import databases


@pytest.fixture
def sandbox(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Something that listens where the zygote would."""
    settings.ZYGOTE_SOCKET = str(tmp_path / "z.sock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(settings.ZYGOTE_SOCKET)
        listening.listen()
        yield


@pytest.fixture(autouse=True)
def _own_redis() -> Iterator[None]:
    redis_clients.client.cache_clear()
    yield
    redis_clients.client.cache_clear()


def test_it_is_alive_without_asking_anyone(client: Client) -> None:
    answer = client.get("/healthz")  # no database is allowed here
    assert (answer.status_code, answer.json()) == (200, {"state": "alive"})


def test_it_is_ready_when_every_part_is(client: Client, db: None, sandbox: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert {name: part["state"] for name, part in answer.json()["parts"].items()} == {
        "database": "ready",
        "migrations": "ready",
        "redis": "ready",
        "sandbox": "ready",
        "workers": "degraded",  # none is there, and pages do without
        "telemetry": "quiet",  # nor was a line stored
    }


QUEUES = {"rollback", "control", "runs", "deliveries", "notifications", "figures", "previews"}


def heard(process: str, *queues: str, seconds: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds)
    workers.beat(name=f"vm:{process}", process=process, queues=queues, started_at=at, now=at)


def told(client: Client) -> Any:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["state"]) == (200, "ready")
    return answer.json()["parts"]["workers"]


def test_it_tells_how_long_ago_each_queue_had_a_heartbeat(
    client: Client, db: None, sandbox: None
) -> None:
    for process in ("control", "beat"):
        heard(process, *({"rollback", "control"} if process == "control" else ()), seconds=3)
    heard("runs", "runs", seconds=55)
    heard("runs-of-today", "runs", seconds=2)
    heard("others", *QUEUES - {"rollback", "control", "runs"}, seconds=5)
    workers_part = told(client)
    assert workers_part["state"] == "ready"
    assert workers_part["message"] == "Every queue is served, and ticks come."
    ages = workers_part["seconds_since_heartbeat"]
    assert ages.keys() == {*QUEUES, "beat"}
    assert 2 <= ages["runs"] < 55  # the newest of several
    assert ages["previews"] >= 5


def test_it_is_ready_but_degraded_while_a_queue_is_not_served(
    client: Client, db: None, sandbox: None
) -> None:
    heard("control", "rollback", "control", seconds=1)
    heard("runs", "runs", seconds=130)
    heard("rest", "deliveries", "notifications", "figures", seconds=1)
    degraded = told(client)
    assert degraded["state"] == "degraded"
    assert degraded["message"] == (
        "The queue runs is silent: its last worker was heard of 2 min ago. "
        "No worker serves the queue previews. No tick was heard of: beat is not there."
    )
    assert degraded["seconds_since_heartbeat"]["previews"] is None


def broken(client: Client) -> dict[str, str]:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"].items()
    return {name: part["message"] for name, part in parts if part["state"] == "not ready"}


def test_it_says_that_the_sandbox_is_away(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.ZYGOTE_SOCKET = str(tmp_path / "nobody.sock")
    assert "no run can start" in broken(client)["sandbox"]


def test_it_says_that_redis_is_away(
    client: Client, db: None, sandbox: None, settings: Settings, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0"
    assert broken(client).keys() == {"redis"}


def test_it_names_the_migrations_that_are_missing(client: Client, db: None, sandbox: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0003_audit_insert_only'")
    assert "portal.0003_audit_insert_only" in broken(client)["migrations"]


def test_it_says_that_the_database_is_away(
    client: Client, transactional_db: None, sandbox: None, settings: Settings
) -> None:
    name = connection.settings_dict["NAME"]
    databases._connect_to("slipway_nowhere")
    try:
        assert broken(client).keys() == {"database"}
    finally:
        databases._connect_to(name)
