"""Two at once, and a process that dies between act and answer: real threads, a real kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from portal.accounts import operations as accounts
from portal.accounts.models import Scope, Team, User
from portal.audit.models import Entry
from portal.failpoints import NAME
from portal.idempotency import keys, operations
from portal.idempotency.models import KeptAnswer
from tests import databases
from tests.conftest import make_people
from tests.patience import patient, wait_for
from tests.portal.idempotency.asking import BODY, KEY, PATH, ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(transactional_db: None) -> str:
    priya = make_people()["priya"]
    _, secret = accounts.issue_token(
        user=priya,
        name="ci",
        scopes=Scope.values,
        expires_at=None,
        by=priya,
        now=timezone.now(),
    )
    return secret


def created() -> tuple[int, int, int]:
    """Teams of that name, entries that say so, answers kept: one each, or none."""
    return (
        Team.objects.filter(name=BODY["name"]).count(),
        Entry.objects.filter(verb="team.create", thing=BODY["name"]).count(),
        KeptAnswer.objects.count(),
    )


def test_of_many_at_once_one_is_done(token: str) -> None:
    barrier = Barrier(6)

    def begin(_: int) -> tuple[int, str]:
        try:
            barrier.wait()
            answer = ask(token)
            return answer.status_code, str(answer.json().get("type", ""))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(begin, range(6)))
    assert created() == (1, 1, 1)
    assert (201, "") in answers
    assert set(answers) <= {(201, ""), (409, "urn:slipway:problem:in-flight")}
    assert ask(token)[keys.REPLAYED] == "true"


def test_while_the_first_is_being_done_the_second_is_told_to_ask_again(token: str) -> None:
    begun, told = Event(), Event()

    def first() -> None:
        asked = keys.Asked(User.objects.get(username="priya").pk, "POST", PATH, KEY, "")
        try:
            with operations.turn(asked=asked, now=timezone.now()):
                begun.set()
                told.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(first)
        begun.wait(30)
        second = ask(token)
        told.set()
        doing.result()
    assert second.status_code == 409
    assert second.json()["type"] == "urn:slipway:problem:in-flight"
    assert second["Retry-After"] == "1"
    assert ask(token).status_code == 201


def test_while_the_first_is_held_up_by_the_database_the_second_waits_for_nothing(
    token: str,
) -> None:
    """Somebody holds what the first has to write: it hangs, and whoever asks again does not."""

    def begin() -> Any:
        try:
            return ask(token)
        finally:
            connection.close()

    with psycopg.connect(databases.url()) as holder, ThreadPoolExecutor(2) as pool:
        holder.execute("LOCK portal_team IN SHARE ROW EXCLUSIVE MODE")
        first = pool.submit(begin)
        wait_for(lambda: waiting(holder), 20)
        second = pool.submit(begin).result(patient(20))
        assert not first.done()
        holder.rollback()
        assert first.result(patient(20)).status_code == 201
    assert (second.status_code, second["Retry-After"]) == (409, "1")
    assert "is being done right now: ask again in a moment" in second.json()["detail"]
    assert ask(token)[keys.REPLAYED] == "true"
    assert created() == (1, 1, 1)


def waiting(holder: psycopg.Connection) -> bool:
    """Whether anybody waits for a lock that this one holds."""
    asked = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    return holder.execute(asked, [holder.info.backend_pid]).fetchone() is not None


@pytest.mark.fault
@pytest.mark.parametrize("point", ["idempotency.done", "idempotency.kept"])
def test_who_dies_before_the_commit_has_done_nothing(token: str, point: str) -> None:
    """Neither what was asked for nor a claim on the key is left: asking again does it."""
    died = asked_by_another_process(token, f"{point}=kill")
    assert died.returncode == -signal.SIGKILL
    assert created() == (0, 0, 0)
    again = ask(token)
    assert (again.status_code, again.get(keys.REPLAYED)) == (201, None)
    assert created() == (1, 1, 1)


@pytest.mark.fault
def test_who_dies_after_the_commit_has_left_the_answer(token: str) -> None:
    """The connection is lost, nobody has heard it: asking again tells, and does nothing."""
    died = asked_by_another_process(token, "idempotency.committed=kill")
    assert died.returncode == -signal.SIGKILL
    assert created() == (1, 1, 1)
    again = ask(token)
    assert (again.status_code, again[keys.REPLAYED]) == (201, "true")
    assert again.json()["name"] == BODY["name"]
    assert created() == (1, 1, 1)


def asked_by_another_process(token: str, failpoint: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.portal.idempotency.asking", token],
        env=os.environ | {"DATABASE_URL": databases.url(), NAME: failpoint},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_process_that_is_killed_above_answers_if_it_is_let(token: str) -> None:
    done = asked_by_another_process(token, "")
    assert done.stdout.strip() == "201", done.stderr
    assert created() == (1, 1, 1)
