"""A server that says nothing: nobody waits for ever, nor asks on that session again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from psycopg_pool import ConnectionPool

from portal.outages import OUTAGE
from portal.postgresql.base import DatabaseWrapper
from portal.postgresql.sessions import Session, patience, was_stopped
from tests import databases

Pool = ConnectionPool[Any]


class Hasty(Session):
    seconds = 1.0


@pytest.fixture
def pool(db: None) -> Iterator[Pool]:
    with ConnectionPool(
        databases.url(), connection_class=Hasty, min_size=1, max_size=1, kwargs={"autocommit": True}
    ) as pool:
        pool.wait()
        yield pool


@contextmanager
def silent(asked: psycopg.Connection[Any]) -> Iterator[None]:
    """The process of PostgreSQL behind this session does nothing meanwhile."""
    process = asked.info.backend_pid
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_an_answer_that_does_not_come_ends_the_session(pool: Pool) -> None:
    with pool.connection() as raw, silent(raw):
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match=r"said nothing for 1 seconds"):
            raw.execute("SELECT 1")
        assert time.monotonic() - began >= 1
        assert raw.closed


def test_the_pool_lends_a_new_one(pool: Pool) -> None:
    with pool.connection() as first, silent(first), pytest.raises(psycopg.OperationalError):
        first.execute("SELECT 1")
    with pool.connection() as second:
        assert second is not first
        assert second.execute("SELECT 1").fetchone() == (1,)


def test_a_look_has_less_patience_than_a_question(pool: Pool) -> None:
    little = pytest.raises(psycopg.OperationalError, match=r"nothing for 0\.1 seconds")
    with pool.connection() as raw, silent(raw), patience(0.1), little:
        raw.execute("SELECT 1")


def test_what_is_slow_but_allowed_to_be_is_waited_for(db: None) -> None:
    with Session.connect(databases.url()) as raw:
        assert raw.execute("SELECT 1 FROM pg_sleep(0.5)").fetchone() == (1,)


def test_an_error_of_the_question_is_told_as_it_is(pool: Pool) -> None:
    with pool.connection() as raw:
        with pytest.raises(psycopg.errors.QueryCanceled):
            raw.execute("SET statement_timeout = 50; SELECT pg_sleep(2)")
        assert not raw.closed


@pytest.fixture
def only_one(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """One session for Django, with little patience."""
    options = cast(dict[str, Any], settings.DATABASES["default"]["OPTIONS"])
    pool = {"min_size": 1, "max_size": 1, "timeout": 0.5}
    monkeypatch.setitem(
        connection.settings_dict, "OPTIONS", options | {"pool": pool, "patience": 1.0}
    )
    databases._connect_to(str(connection.settings_dict["NAME"]))
    yield cast(DatabaseWrapper, connection).pool
    monkeypatch.undo()
    databases._connect_to(str(connection.settings_dict["NAME"]))


def test_a_page_is_told_that_the_database_is_away(
    only_one: Any, people: object, browser: Callable[[str], Client]
) -> None:
    mira = browser("mira")
    mira.raise_request_exception = False
    connection.ensure_connection()
    with silent(connection.connection):
        assert mira.get("/components/").status_code == 503
        assert OUTAGE._is_known
    connection.close()
    OUTAGE._looked_at = 0.0
    assert mira.get("/components/").status_code == 200


def test_what_takes_too_long_is_said_to_whoever_asked(
    transactional_db: None,
    people: object,
    browser: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mira = browser("mira")
    mira.raise_request_exception = False
    with _stopped_at("portal_team"):
        page = mira.get("/teams/")
        part = mira.get("/teams/", headers={"HX-Request": "true"})
        api = mira.get("/api/v1/teams/")
    assert {page.status_code, part.status_code, api.status_code} == {503}
    assert "worked at this for too long" in page.content.decode()
    assert part["HX-Retarget"] == ".toasts"
    assert api.json()["type"] == "urn:slipway:problem:too-long"
    assert not OUTAGE.lasts()


@contextmanager
def _stopped_at(table: str) -> Iterator[None]:
    """Somebody holds this table, and a question has a tenth of a second."""

    def hasty(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if f'FROM "{table}"' in sql:
            rest[-1]["cursor"].cursor.execute("SET statement_timeout = 100")
        try:
            return execute(sql, *rest)
        finally:
            if f'FROM "{table}"' in sql:
                rest[-1]["cursor"].cursor.execute("RESET statement_timeout")

    with psycopg.connect(databases.url()) as holder, connection.execute_wrapper(hasty):
        holder.execute(f"LOCK TABLE {table}")
        yield


def test_a_question_that_failed_otherwise_was_not_stopped(db: None) -> None:
    assert not was_stopped(OperationalError("of something else"))
    assert not was_stopped(ValueError())
