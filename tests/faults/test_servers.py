"""Redis emptied, PostgreSQL killed: what is due is in the database, and the database survives."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.api_house import House
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, start
from tests.portal_places import wait_for

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]


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
    os.kill(house.portal.postgres_pid, signal.SIGKILL)
    wait_for(lambda: _answers(house), 60, house.portal.logs)
    for run in runs:
        assert_delivered_once(house, run)
    assert_drop_is_right(house)


def test_anything_is_killed_at_any_moment(house: House) -> None:
    """Seeded, so that a failure can be played again: SLIPWAY_SEED names another game."""
    seed = int(os.environ.get("SLIPWAY_SEED", "20130101"))
    dice = random.Random(seed)
    runs: list[str] = []
    for _ in range(8):
        runs += [start(house) for _ in range(3)]
        time.sleep(dice.uniform(0.0, 0.25))
        victim = dice.choice(["runs", "deliveries", "control", "beat", "zygote", "redis"])
        if victim == "redis":
            house.portal.flush_redis()
        else:
            house.portal.restart(victim)
    for run in runs:
        assert_delivered_once(house, run)
    assert_drop_is_right(house)


def _answers(house: House) -> bool:
    try:
        return house.api.get("/environments/").is_success
    except OSError:
        return False
