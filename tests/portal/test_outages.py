"""While PostgreSQL is away: who waited tells the others, and its return is seen by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from portal import outages
from portal.accounts.models import User
from portal.outages import OUTAGE
from portal.postgresql.base import DatabaseWrapper
from tests import databases

PAGE = "/components/"


@pytest.fixture
def mira(transactional_db: None, people: dict[str, User]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(people["mira"])
    return client


@pytest.fixture
def gone(mira: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """There is no such database; the name of the one that was there."""
    name = str(connection.settings_dict["NAME"])
    databases._connect_to("slipway_nowhere")
    monkeypatch.setattr(_pool(), "timeout", 0.2)
    yield name
    databases._connect_to(name)
    monkeypatch.setattr(outages, "PAUSE", 0.0)
    assert not OUTAGE.lasts()


def _pool() -> Any:
    return cast(DatabaseWrapper, connection).pool


def test_a_page_says_that_the_database_is_away(mira: Client, gone: str) -> None:
    answer = mira.get(PAGE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "database does not answer just now" in answer.content.decode()


def test_the_api_says_it_as_a_problem(mira: Client, gone: str) -> None:
    answer = mira.get("/api/v1/components/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["detail"].startswith("The database does not answer just now")


def test_after_the_first_nobody_waits(
    mira: Client, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "PAUSE", 3600.0)
    assert mira.get(PAGE).status_code == 503
    assert OUTAGE.lasts()  # looks once
    asked = _pool().get_stats()["requests_num"]
    for path in (PAGE, "/api/v1/components/", "/v1/logs", "/sign-in"):
        assert mira.get(path).status_code == 503
    assert _pool().get_stats()["requests_num"] == asked
    assert Client().get("/healthz").status_code == 200


def test_its_return_is_seen_by_itself(
    mira: Client, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mira.get(PAGE).status_code == 503
    monkeypatch.setattr(outages, "PAUSE", 0.0)
    assert mira.get(PAGE).status_code == 503
    databases._connect_to(gone)
    assert mira.get(PAGE).status_code == 200


def test_a_session_that_was_ended_is_no_outage(mira: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    with _pool().connection() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    with pytest.raises(OperationalError) as ended:
        User.objects.exists()
    assert OUTAGE.noticed(ended.value)
    assert not OUTAGE.lasts()
    connection.close()
    assert mira.get(PAGE).status_code == 200


@pytest.mark.django_db
def test_a_question_that_fails_is_no_outage() -> None:
    with pytest.raises(OperationalError) as late, connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")
    assert isinstance(late.value.__cause__, psycopg.errors.QueryCanceled)
    assert not OUTAGE.noticed(late.value)
    assert not OUTAGE.noticed(ValueError("of something else"))
    assert not OUTAGE.lasts()
