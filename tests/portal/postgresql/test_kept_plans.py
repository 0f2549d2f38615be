"""Workers let PostgreSQL keep their plans; one that a migration has spoiled is asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from portal import env, servers
from portal.postgresql.sessions import Session
from tests import databases

Pool = ConnectionPool[Any]
ASKED = "SELECT name FROM kept_plan WHERE name = %s"


@pytest.fixture
def pool(db: None) -> Iterator[Pool]:
    """Of one session, which keeps the plan of what it is asked for the second time."""
    with ConnectionPool(
        databases.url(),
        connection_class=Session,
        min_size=1,
        max_size=1,
        kwargs={"autocommit": True, "prepare_threshold": 1},
    ) as pool:
        pool.wait()
        yield pool


@pytest.fixture
def table(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Somebody who migrates."""
    with psycopg.connect(databases.url(), autocommit=True) as migrating:
        migrating.execute("CREATE TABLE kept_plan (name varchar(20))")
        migrating.execute("INSERT INTO kept_plan VALUES ('one')")
        yield migrating
        migrating.execute("DROP TABLE kept_plan")


def ask(pool: Pool) -> Any:
    with pool.connection() as raw:
        return raw.execute(ASKED, ["one"]).fetchone()


def kept(pool: Pool) -> list[str]:
    with pool.connection() as raw:
        return [text for (text,) in raw.execute("SELECT statement FROM pg_prepared_statements")]


def test_a_wider_column_costs_one_question_and_not_all_that_follow(
    pool: Pool, table: psycopg.Connection[Any]
) -> None:
    for _ in range(3):
        assert ask(pool) == ("one",)
    assert ASKED.replace("%s", "$1") in kept(pool)
    table.execute("ALTER TABLE kept_plan ALTER name TYPE varchar(40)")
    with pool.connection() as raw:
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            raw.execute(ASKED, ["one"])
        # Whoever failed writes that down, on the same session.
        assert raw.execute(ASKED, ["one"]).fetchone() == ("one",)
    assert ask(pool) == ("one",)


def test_in_a_transaction_too(pool: Pool, table: psycopg.Connection[Any]) -> None:
    for _ in range(3):
        assert ask(pool) == ("one",)
    table.execute("ALTER TABLE kept_plan ALTER name TYPE varchar(40)")
    with pool.connection() as raw:
        with pytest.raises(psycopg.errors.FeatureNotSupported), raw.transaction():
            raw.execute(ASKED, ["one"])
        with raw.transaction():
            assert raw.execute(ASKED, ["one"]).fetchone() == ("one",)


def test_a_column_more_spoils_no_plan(pool: Pool, table: psycopg.Connection[Any]) -> None:
    for _ in range(3):
        assert ask(pool) == ("one",)
    table.execute("ALTER TABLE kept_plan ADD title varchar(20) NOT NULL DEFAULT ''")
    assert ask(pool) == ("one",)


@pytest.mark.parametrize(
    ("process", "times"), [("runs", 5), ("deliveries", 5), ("web", None), ("control", None)]
)
def test_what_pages_ask_is_planned_for_the_values_that_it_is_asked_with(
    process: str, times: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(servers.PROCESS, process)
    env.forget(servers.PROCESS)
    assert servers.of_this_process()["prepare_threshold"] == times
    monkeypatch.setenv(servers.KEEP, "no")
    env.forget(servers.KEEP)
    assert servers.of_this_process()["prepare_threshold"] is None
    monkeypatch.undo()
    env.forget(servers.PROCESS)
    env.forget(servers.KEEP)
