"""Runs and deployments are asked for by the number that people know, at pages and the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.logs.stores.postgres import PostgresLogs
from portal.accounts.models import User
from tests.contracts.test_log_stores import line
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
LOGS = "/api/v1/logs/"
Program = Callable[..., APIClient]


def found(reader: APIClient, query: str) -> set[str]:
    return {row["message"] for row in reader.get(LOGS, {"q": query}).json()["results"]}


def test_a_run_and_a_deployment_are_found_by_their_number_or_their_id(
    whole: Whole, program: Program
) -> None:
    run, other = whole.ended_run, whole.cancelled_run
    assert run.deployment
    own = {"component": whole.component.name, "environment": "staging"}
    now = timezone.now()
    PostgresLogs().write(
        [
            line("of the run", now, run_id=run.pk.hex, deployment_id=run.deployment.pk.hex, **own),
            line("of another", now, run_id=other.pk.hex, **own),
        ]
    )
    reader = program("jonas", "read")
    assert found(reader, f"run:{run.number}") == {"of the run"}
    assert found(reader, f"run:{run.number} run:{other.pk}") == {"of the run", "of another"}
    assert found(reader, f"component:{whole.component.name} -run:{run.number}") == {"of another"}
    assert found(reader, f"deployment:#{run.deployment.number} run") == {"of the run"}


def test_a_number_that_nothing_has_is_said_in_words(
    whole: Whole, program: Program, client: Client, people: dict[str, User]
) -> None:
    assert whole.ended_run.number < 40_404
    answer = program("jonas", "read").get(LOGS, {"q": "run:40404 deployment:7"})
    assert (answer.status_code, answer.json()["field"]) == (404, "q")
    assert answer.json()["detail"] == "There is no run 40404."
    client.force_login(people["jonas"])
    page = client.get("/logs/", {"q": "run:40404"})
    assert page.status_code == 404
    assert "There is no run 40404." in page.content.decode()


def test_where_nothing_fits_a_longer_time_is_offered_as_far_back_as_it_can_be_answered(
    whole: Whole, client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["jonas"])
    PostgresLogs().write([line("elsewhere", timezone.now(), component="till")])
    offered = {
        f"run:{whole.ended_run.number}": "Look at the last 30 days",
        "component:quiet": "Look at the last 24 hours",
        "component:quiet words": "Look at the last 24 hours",
    }
    for query, words in offered.items():
        assert words in client.get("/logs/", {"q": query}).content.decode(), query
    for query in ("component:quiet words", "environment:quiet words level:warn+"):
        page = client.get("/logs/", {"q": query, "span": "24h"}).content.decode()
        assert ("Look at the last 7 days" in page) is query.startswith("env"), query
