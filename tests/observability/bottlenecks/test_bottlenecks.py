"""What is slow: transformations, waiting for a worker, and what the portal itself does slowly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.partitions.batches import nanoseconds
from observability.traces.stores.postgres import PostgresTraces
from pipelines.runs.models import Attempt
from tests.contracts.test_trace_stores import TRACE, span
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
Program = Callable[..., APIClient]
Browser = Callable[[str], Client]
PAGE, API = "/bottlenecks/", "/api/v1/bottlenecks/"
NAME = "carrier-punctuality"


@pytest.fixture
def measured(whole: Whole) -> Attempt:
    """The one attempt of the house, as if it had taken long."""
    rows = Attempt.objects.filter(run=whole.ended_run)
    rows.update(ran_for=42.0, cpu_seconds=80.5, waited_for=7.5)
    return rows.get()


def made(attempt: Attempt) -> str:
    """The hours around the instant at which its row was made, which its identity says."""
    at = datetime.fromtimestamp((attempt.pk.int >> 80) / 1000, UTC)
    since, until = (at + timedelta(hours=hours) for hours in (-1, 1))
    return f"since={since:%Y-%m-%dT%H:%M:%SZ}&until={until:%Y-%m-%dT%H:%M:%SZ}"


def test_slow_transformations_lead_to_their_slowest_run(
    measured: Attempt, browser: Browser, program: Program
) -> None:
    found = program("hannah").get(f"{API}?{made(measured)}").json()
    (slow,) = found["slowest"]
    assert found["dearest"] == [slow]
    assert (slow["name"], slow["team"], slow["n"], slow["failed"]) == (NAME, "airline-data", 1, 0)
    assert (slow["p95"], slow["cpu"]) == (42.0, 80.5)
    assert slow["slowest"] == f"/runs/{measured.run.number}/"
    page = browser("hannah").get(f"{PAGE}?{made(measured)}").content.decode()
    assert f"/components/{NAME}/health/?environment=&amp;since=" in page
    assert f'href="{slow["slowest"]}">42 s</a>' in page


def test_waiting_by_queue_and_team(measured: Attempt, program: Program) -> None:
    found = program("hannah").get(f"{API}?{made(measured)}").json()["waiting"]
    waits = {(one["queue"], one["team"]): one for one in found}
    runs = waits["runs", "airline-data"]
    assert (runs["n"], runs["p50"], runs["longest"]) == (1, 7.5, 7.5)
    assert runs["url"] == f"/runs/{measured.run.number}/"
    assert waits["deliveries", "airline-data"]["n"] == 1
    assert waits["control", "airline-data"]["n"] >= 4
    assert found[0] == runs, "what waits longest stands first"


def test_what_is_counted_is_called_what_it_is(measured: Attempt, browser: Browser) -> None:
    page = browser("hannah").get(f"{PAGE}?{made(measured)}").content.decode()
    assert ">Attempts</th>" in page


def test_one_team_by_itself(measured: Attempt, program: Program, browser: Browser) -> None:
    nobody = program("hannah").get(f"{API}?team=finance-data&{made(measured)}").json()
    assert nobody["slowest"] == nobody["waiting"] == []
    page = browser("hannah").get(f"{PAGE}?team=finance-data&span=1h").content.decode()
    assert "Nothing ran in this time" in page


@pytest.fixture
def told() -> None:
    at = nanoseconds(timezone.now() - timedelta(minutes=3))
    own = {"resource": {"service.name": "slipway-web"}}
    statement = json.dumps({"db.query.text": "SELECT pg_sleep(%s)", **own})
    PostgresTraces().write(
        [
            span(2, at=at, component="slipway", name="GET /slow/page", duration=3_000_000_000),
            span(3, at=at, component="slipway", name="run/tasks.slow", kind=5),
            span(4, at=at, component="slipway", name="SELECT", kind=3, attributes=statement),
        ]
    )


def test_the_portals_own_is_for_the_platform_role(
    told: None, browser: Browser, program: Program
) -> None:
    panel = f"{PAGE}panels/portal?span=1h"
    page = browser("priya").get(panel).content.decode()
    assert "/traces/?component=slipway&amp;time=1h&amp;operation=GET+%2Fslow%2Fpage" in page
    assert "run/tasks.slow" in page
    assert "SELECT pg_sleep(%s)" in page
    assert f"/traces/{TRACE}/?span={4:016x}" in page
    assert "Someone with the platform role can" in browser("ines").get(panel).content.decode()
    refused = program("ines").get(f"{API}portal/?span=1h")
    assert refused.status_code == 403
    found = program("priya").get(f"{API}portal/?span=1h").json()
    assert {one["text"] for one in found["statements"]} >= {"SELECT pg_sleep(%s)"}
