"""While PostgreSQL is away: who waited tells the others, and its return is seen by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from portal import failures, outage_log, outages
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


AGAIN = 'href="{}">Try again'


def test_who_only_looked_tries_the_same_address_again(mira: Client, gone: str) -> None:
    page = mira.get("/components/?q=a&kind=service").content.decode()
    assert AGAIN.format("/components/?q=a&amp;kind=service") in page
    assert "What you sent" not in page


@pytest.mark.parametrize(
    ("sent_from", "again"),
    [
        ("http://testserver/register/?step=2", "http://testserver/register/?step=2"),
        ("http://elsewhere.example/register/", "/"),
        ("http://testserver.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_who_sent_something_hears_that_it_was_not_done_and_is_led_back_to_the_page(
    mira: Client, gone: str, monkeypatch: pytest.MonkeyPatch, sent_from: str, again: str
) -> None:
    """Both who waited for the database in vain, and who was turned away at the door."""
    monkeypatch.setattr(outages, "PAUSE", 3600.0)
    for _ in range(2):
        answer = mira.post("/sign-out", headers={"Referer": sent_from})
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "What you sent was not done." in page
        assert AGAIN.format(again) in page


def test_where_it_went_away_in_the_middle_nobody_says_that_it_was_not_done(
    rf: RequestFactory,
) -> None:
    """A commit may have come through of which no answer came."""
    request = rf.post("/register/")
    page = failures.away(request, is_done="unknown").content.decode()
    assert "nobody can say whether what you sent was done" in page
    assert "was not done" not in page


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


def _said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """But for the first sign of it, which the pool gives."""
    return [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name != "psycopg.pool"
    ]


def test_an_outage_is_told_once_when_it_is_noticed_and_once_when_it_is_over(
    mira: Client, gone: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outages, "PAUSE", 0.5)
    caplog.set_level(logging.INFO)
    for path in (PAGE, "/api/v1/components/", "/v1/logs"):
        assert mira.get(path).status_code == 503
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/metrics").status_code == 200
    ((level, noticed),) = _said(caplog)
    assert level == "ERROR"
    assert noticed.startswith("PostgreSQL is away: requests are turned away until it answers. ")
    assert 'database "slipway_nowhere" does not exist' in noticed
    assert not any(record.exc_info for record in caplog.records)
    databases._connect_to(gone)
    monkeypatch.setattr(outages, "PAUSE", 0.0)
    assert mira.get(PAGE).status_code == 200
    _, (level, over) = _said(caplog)
    assert level == "INFO"
    assert over.startswith("PostgreSQL answers again, ")
    assert over.endswith(" seconds after that was noticed: 3 requests were turned away.")


def test_while_it_lasts_who_is_turned_away_is_counted_once_a_minute(
    mira: Client, gone: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outages, "PAUSE", 3600.0)
    for _ in range(4):
        mira.get(PAGE)
    assert [level for level, _ in _said(caplog)] == ["ERROR"]
    monkeypatch.setattr(outage_log, "EACH", 0.0)
    mira.get(PAGE)
    monkeypatch.setattr(outage_log, "EACH", 60.0)
    mira.get(PAGE)
    assert _said(caplog)[1:] == [
        ("WARNING", "PostgreSQL is still away: 5 requests were turned away.")
    ]


def test_that_the_pool_can_not_connect_is_told_once_a_minute() -> None:
    """A worker hears of an outage from nobody else."""
    pool = logging.getLogger("psycopg.pool")
    attempts = outage_log.Attempts()
    told = [
        attempts.filter(pool.makeRecord("psycopg.pool", 30, "", 0, said, args, None))
        for said, args in [
            ("error connecting in %r: %s", ("pool-1", "refused")),
            ("error connecting in %r: %s", ("pool-1", "refused")),
            ("discarding closed connection: %s", ("one",)),
        ]
    ]
    assert told == [True, False, True]


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
