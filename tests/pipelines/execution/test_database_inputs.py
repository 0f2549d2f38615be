"""A run over a table of a database: fetched by the worker, and gone when the attempt is over."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pipelines.connections import operations as connections
from pipelines.execution import operations, work
from pipelines.execution.preparation import Claim
from pipelines.runs import artifacts
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import User
from portal.errors import Refused
from tests.patience import patient
from tests.pipelines.factories import House, file, later
from tests.pipelines.second import Second, made

SQL = (
    "SELECT a.name AS carrier, count(*) AS flights FROM flights f JOIN airlines a USING (carrier) "
    "WHERE f.month = $month GROUP BY 1"
)


@pytest.fixture(scope="module")
def second() -> Iterator[Second]:
    with made() as found:
        yield found


@pytest.fixture
def bound(house: House, second: Second, people: dict[str, User], now: datetime) -> House:
    """The house with a connection to the second database."""
    made = connections.create_connection(
        name="ops-db", kind="postgres", team=house.team, by=house.owner, now=now
    )
    connections.bind(
        thing=made, environment=house.environment, address=second.url(),
        options={"allow_local": True, "rows": 50_000}, by=people["priya"], now=now,
    )  # fmt: skip
    connections.give(thing=made, team=house.team, use="use", by=house.owner, now=now)
    return house


def reading(table: str, sql: str = SQL) -> dict[str, Any]:
    inputs = {
        "flights": {"connection": "nyc-files", "path": "flights.parquet"},
        "airlines": {"connection": "ops-db", "table": table},
    }
    return file(sql, inputs=inputs, checks=[], deliveries=[])


def start(house: House, content: dict[str, Any], now: datetime) -> Run:
    version = house.live(content, now=now)
    return runs.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now, request_key=str(version.pk),
    )  # fmt: skip


def execute(run: Run, now: datetime) -> Run:
    work.execute(run_id=str(run.pk), worker="test", clock=lambda: now)
    run.refresh_from_db()
    return run


@pytest.mark.django_db
def test_files_and_tables_are_joined_and_nothing_is_left(bound: House, now: datetime) -> None:
    run = execute(start(bound, reading("public.airlines"), now), now)
    assert run.state == Run.State.SUCCEEDED, run.message
    assert run.rows == 7
    attempt = run.attempts.get()
    assert "airlines: 7 rows, 0.0 MB of public.airlines fetched" in attempt.log.splitlines()[0]
    assert attempt.rows_in == 1207
    assert not list(artifacts.absolute("inputs").rglob("*"))


@pytest.mark.django_db
def test_a_limit_of_the_binding_ends_the_attempt_in_words(bound: House, now: datetime) -> None:
    sql = "SELECT 'x' AS carrier, count(*) AS flights FROM airlines, flights WHERE month = $month"
    run = execute(start(bound, reading("many", sql), now), now)
    assert run.state == Run.State.FAILED
    assert "public.many has more than 50,000 rows, which is the most" in run.message
    assert run.attempts.get().failure == "input"
    assert not list(artifacts.absolute("inputs").rglob("*"))


@pytest.mark.django_db
def test_what_a_killed_worker_had_fetched_goes_with_its_attempt(
    bound: House, now: datetime
) -> None:
    run = start(bound, reading("public.airlines"), now)
    held = operations.claim(run_id=str(run.pk), worker="killed", now=now)
    assert isinstance(held, Claim)
    fetched = artifacts.absolute(held.inputs_path)
    fetched.mkdir(parents=True)
    (fetched / "000-airlines.csv").write_text("somebody's rows")
    assert operations.take_back(now=later(now, 60)) == 1
    assert not fetched.exists()
    assert execute(run, later(now, 61)).state == Run.State.SUCCEEDED


@pytest.mark.django_db
def test_what_nobody_cleared_up_goes_after_days(bound: House, now: datetime) -> None:
    old, new = artifacts.absolute("inputs/old"), artifacts.absolute("inputs/new")
    for folder in (old / "0001", new / "0001"):
        folder.mkdir(parents=True)
    os.utime(old, (1, 1))
    operations.sweep(now=now)
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_a_run_is_cancelled_while_it_fetches(bound: House, second: Second) -> None:
    second.ask(
        "CREATE OR REPLACE VIEW napping AS SELECT 'C1' AS carrier, pg_sleep(60)::text AS name"
    )
    second.ask(f"GRANT SELECT ON napping TO {second.reader}")
    now = timezone.now()
    run = start(bound, reading("napping"), now)

    def work_on() -> None:
        work.execute(run_id=str(run.pk), worker="test", clock=timezone.now)
        connection.close()

    worker = Thread(target=work_on)
    worker.start()
    began = time.monotonic()
    while Run.objects.get(pk=run.pk).state != Run.State.RUNNING:
        assert time.monotonic() < began + patient(10)
        time.sleep(0.02)
    runs.cancel(run=run, by=bound.developer, now=timezone.now())
    worker.join(10)
    assert not worker.is_alive()
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert not list(artifacts.absolute("inputs").rglob("*"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"connection": "ops-db", "path": "airlines.csv"}, "ops-db can't give this input. A data"),
        ({"connection": "ops-db", "table": "a", "format": "csv"}, "has tables, not files"),
        ({"connection": "ops-db", "table": "a.b.c"}, "“a.b.c” is no name of a table"),
        ({"connection": "nyc-files", "table": "airlines"}, "A folder has files, not tables"),
    ],
)
def test_an_input_that_does_not_fit_its_connection_is_refused(
    bound: House, now: datetime, entry: dict[str, str], words: str
) -> None:
    content = reading("public.airlines")
    content["spec"]["inputs"]["airlines"] = entry
    with pytest.raises(Refused) as refused:
        bound.register(content, now=now)
    assert words in refused.value.message
