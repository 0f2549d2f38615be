"""Redis emptied, PostgreSQL killed: what is due is in the database, and the database survives."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Self

import pytest

from launch.places import Places
from pipelines.execution.lifecycle import MAX_TRIES
from tests.api_house import House, wait_until_deployed
from tests.faults.changing import SWITCHES, ask_back, deploy, registered
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, numbers, start, wait
from tests.patience import wait_for
from tests.portal_process import Process

pytestmark = pytest.mark.fault

KILLED = ("runs", "deliveries", "control", "beat", "zygote")
UNDER_WAY = (
    "SELECT (SELECT count(*) FROM pipelines_run WHERE finished_at IS NULL), "
    "(SELECT count(*) FROM pipelines_delivery WHERE lease_until IS NOT NULL)"
)
LONG_GONE = 3.5  # seconds: past the lease, and past the patience with an idle transaction


def test_redis_is_emptied_while_runs_wait(house: House) -> None:
    house.portal.processes["runs"].kill()
    runs = [start(house) for _ in range(5)]
    house.portal.flush_redis()
    house.portal.restart("runs")
    for run in runs:
        assert_delivered_once(house, run)
    assert_drop_is_right(house)


def test_postgres_is_killed_while_runs_are_on_their_way(house: House) -> None:
    runs = [start(house) for _ in range(5)]
    killed = house.portal.postgres_pid
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: _is_another(house, killed) and _answers(house), 60, house.portal.logs)
    for run in runs:
        assert_delivered_once(house, run)
    assert_drop_is_right(house)


def test_postgres_is_restarted_in_order_while_runs_and_deliveries_are_on_their_way(
    house: House,
) -> None:
    """As an administrator does it: sessions are told to end, whatever they are at."""
    runs: list[str] = []
    for number in range(3):
        runs += [start(house) for _ in range(4)]
        if number:  # one has arrived, so others are at every place on their way
            wait(house, runs[-4])
        before = house.portal.postgres_pid
        os.kill(before, signal.SIGINT)
        runs.append(insist(house))  # asked for while it is away
        wait_for(partial(_is_another, house, before), 60, house.portal.logs)
        wait_for(lambda: all(_answers(house) for _ in range(10)), 60, house.portal.logs)
    log = (Places(house.portal.data_dir).logs / "postgres.log").read_text()
    assert log.count("received fast shutdown request") >= 3
    for run in runs:
        assert_ended_once(house, run)
    assert_drop_is_right(house)
    assert house.portal.rows(UNDER_WAY) == [(0, 0)]


def test_anything_is_killed_at_any_moment(house: House) -> None:
    """Every blow there is, in an order and at moments that the seed decides.

    Meanwhile runs are asked for, and a deployment and later a rollback are on their way. `make
    test` plays the same game each time, `make fuzz` another one.
    SLIPWAY_TEST_SEED=7 make test ARGS="-k any_moment -s" plays that one, so a lost one again.
    """
    seed = seed_of(os.environ)
    print(f"SLIPWAY_TEST_SEED={seed}")
    dice = random.Random(seed)
    blows = [*KILLED, "redis", "postgres", "suspend"]
    dice.shuffle(blows)
    forth, back = sorted(dice.sample(range(len(blows)), 2))
    before, release = standing(house), registered(house)  # needs the sandbox: it reads the query
    runs: list[str] = []
    changes: list[dict[str, Any]] = []
    with Sleepers(house) as sleepers:
        for moment, blow in enumerate(blows):
            if moment == back:
                wait_until_deployed(house, changes[0])
                assert standing(house) != before
            runs += [insist(house) for _ in range(2)]
            if moment == forth:
                changes.append(deploy(house, release))
            if moment == back:
                changes.append(ask_back(house))
            time.sleep(dice.uniform(0.0, 0.25))
            strike(house, blow, sleepers, dice)
        for change in changes:
            wait_until_deployed(house, change)
    for run in runs:
        assert_ended_once(house, run)
    for change in changes:
        assert house.portal.rows(SWITCHES, change["id"]) == [(1,)]
    assert standing(house) == before
    assert_delivered_once(house, start(house))
    assert_drop_is_right(house)


def seed_of(environment: Mapping[str, str]) -> int:
    """The one that is asked for; where new histories are looked for any one, else always this."""
    chosen = environment.get("SLIPWAY_TEST_SEED")
    if chosen is None and "SLIPWAY_TEST_FUZZ" in environment:
        return random.SystemRandom().randrange(10**8)
    return int(chosen or 20130101)


def test_only_a_search_for_new_histories_plays_another_game() -> None:
    assert {seed_of({}) for _ in range(9)} == {20130101}
    assert len({seed_of({"SLIPWAY_TEST_FUZZ": "60"}) for _ in range(9)}) > 1
    assert seed_of({"SLIPWAY_TEST_FUZZ": "60", "SLIPWAY_TEST_SEED": "7"}) == 7


def strike(house: House, blow: str, sleepers: Sleepers, dice: random.Random) -> None:
    """One of what may happen to a house."""
    portal = house.portal
    if blow == "redis":
        portal.flush_redis()
    elif blow == "postgres":
        os.kill(portal.postgres_pid, signal.SIGKILL)
        wait_for(lambda: all(_answers(house) for _ in range(10)), 60, portal.logs)
    elif blow == "suspend":
        sleepers.suspend(dice.choice(["runs", "deliveries", "control"]))
    else:
        portal.restart(blow)


class Sleepers:
    """Workers that are suspended, with another in their place, until nobody waits for them."""

    def __init__(self, house: House) -> None:
        self.portal = house.portal
        self.asleep: list[tuple[Process, float]] = []

    def suspend(self, name: str) -> None:
        worker = self.portal.processes.pop(name)
        worker.send(signal.SIGSTOP)
        worker.wait_until_suspended()
        self.asleep.append((worker, time.monotonic()))
        self.portal.begin(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """They wake past their lease, do what they still can, and end."""
        for worker, since in self.asleep:
            try:
                time.sleep(max(0.0, since + LONG_GONE - time.monotonic()))
                worker.finish()
            finally:
                worker.kill()


def insist(house: House) -> str:
    """A run, asked for under one key until it is there: a database that comes back may refuse."""
    number = next(numbers)
    wanted = {"transformation": "tiny", "environment": "staging"}
    wanted |= {"parameters": {"number": number}, "request_key": f"game-{number}"}
    answers = []

    def is_there() -> bool:
        answers.append(house.api.post("/runs/", json=wanted))
        return answers[-1].is_success

    wait_for(is_there, 30, lambda: answers[-1].text)
    return str(answers[-1].json()["id"])


def assert_ended_once(house: House, run: str) -> None:
    """Well, or after three blows in a row with nothing delivered; then somebody runs it again."""
    found = wait(house, run)
    if found["state"] == "failed":
        assert len(found["attempts"]) == MAX_TRIES, found
        assert {attempt["state"] for attempt in found["attempts"]} <= {"lost", "failed"}, found
        assert not found["deliveries"], found
        house.post(f"/runs/{run}/again/", version="live", reason="Three blows in a row.")
    assert_delivered_once(house, run)


def standing(house: House) -> int:
    """Which release is live."""
    (place,) = house.api.get("/components/tiny/live/").json()
    return int(place["release"])


def _is_another(house: House, before: int) -> bool:
    """Whether another PostgreSQL stands where this one stood."""
    try:
        return house.portal.postgres_pid != before
    except (OSError, IndexError):  # between the two
        return False


def _answers(house: House) -> bool:
    try:
        return house.api.get("/environments/").is_success
    except OSError:
        return False


def _is_another(house: House, killed: int) -> bool:
    """A server that is killed answers for a moment longer."""
    with suppress(OSError, IndexError):
        return house.portal.postgres_pid != killed
    return False
