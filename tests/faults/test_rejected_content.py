"""Nothing of a rejected release leaves the house, however late the worker that carries it wakes."""

from __future__ import annotations

import itertools

import pytest

from tests.api_house import House, go_live, roll_back
from tests.bench import work
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, start
from tests.patience import wait_for

pytestmark = pytest.mark.fault
numbers = itertools.count(1)


def new_release(house: House) -> str:
    """Other content than anything before, live in staging; the release's id."""
    sql = f"{work.TINY_SQL} HAVING max(delay) > {next(numbers)}"
    go_live(house, "tiny", sql, {})
    return str(house.get("/releases/", component="tiny")["results"][0]["id"])


@pytest.mark.parametrize(
    ("point", "is_emptied"),
    [
        pytest.param("pipelines.delivery.claimed", False, id="claimed"),
        pytest.param("pipelines.delivery.prepared", False, id="prepared"),
        pytest.param("pipelines.delivery.prepared", True, id="prepared, and Redis is emptied"),
        pytest.param("pipelines.delivery.cleared", False, id="cleared"),
    ],
)
def test_a_delivery_suspended_when(house: House, point: str, is_emptied: bool) -> None:
    portal = house.portal
    assert_delivered_once(house, start(house))
    before = {path: path.read_bytes() for path in house.drop.rglob("*") if path.is_file()}
    release = new_release(house)
    portal.arm(f"{point}=stop")
    run = start(house)
    portal.processes["deliveries"].wait_until_suspended()
    stopped = portal.processes.pop("deliveries")
    try:
        house.post(f"/releases/{release}/reject/", reason="It is wrong.")
        if is_emptied:  # the message that tells a worker to clear what is left is lost
            portal.flush_redis()
        portal.begin("deliveries")  # not before: it might rightly deliver first
        stopped.finish()
    finally:
        stopped.kill()
    found = house.get(f"/runs/{run}/")
    assert [delivery["state"] for delivery in found["deliveries"]] == ["held"], found
    assert {path: path.read_bytes() for path in house.drop.rglob("*") if path.is_file()} == before
    wait_for(lambda: not leftovers(house), 30, lambda: f"left behind: {leftovers(house)}")
    roll_back(house, "tiny")
    assert_drop_is_right(house)


def leftovers(house: House) -> list[str]:
    """Files that were brought near the client's folder and not published."""
    return [path.name for path in house.drop.glob(".slipway/*")]


def test_a_run_on_it_ends_and_stages_nothing_for_anyone(house: House) -> None:
    portal = house.portal
    release = new_release(house)
    portal.arm("pipelines.attempt.staged=stop")
    run = start(house)
    sleeper = portal.processes["runs"]
    sleeper.wait_until_suspended()
    house.post(f"/releases/{release}/reject/", reason="It is wrong.")
    sleeper.finish()
    found = house.get(f"/runs/{run}/")
    assert found["state"] == "cancelled"
    assert found["deliveries"] == []
    roll_back(house, "tiny")
    assert_drop_is_right(house)
