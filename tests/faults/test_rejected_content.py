"""Nothing of a rejected release leaves the house, however late the worker that carries it wakes."""

from __future__ import annotations

import itertools

import pytest

from tests.api_house import House, go_live, roll_back
from tests.bench import work
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, start

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]
numbers = itertools.count(1)


def new_release(house: House) -> str:
    """Other content than anything before, live in staging; the release's id."""
    sql = f"{work.TINY_SQL} HAVING max(delay) > {next(numbers)}"
    go_live(house, "tiny", sql, {})
    return str(house.get("/releases/", component="tiny")["results"][0]["id"])


@pytest.mark.parametrize(
    "point",
    ["pipelines.delivery.claimed", "pipelines.delivery.prepared", "pipelines.delivery.cleared"],
)
def test_a_delivery_suspended_at(house: House, point: str) -> None:
    portal = house.portal
    assert_delivered_once(house, start(house))
    before = {path: path.read_bytes() for path in house.drop.rglob("*") if path.is_file()}
    release = new_release(house)
    sleeper = portal.restart("deliveries", SLIPWAY_FAILPOINTS=f"{point}=stop")
    run = start(house)
    sleeper.wait_until_suspended()
    stopped = portal.processes.pop("deliveries")
    try:
        house.post(f"/releases/{release}/reject/", reason="It is wrong.")
        portal.begin("deliveries")  # not before: it might rightly deliver first
        stopped.finish()
    finally:
        stopped.kill()
    found = house.get(f"/runs/{run}/")
    assert [delivery["state"] for delivery in found["deliveries"]] == ["held"], found
    assert {path: path.read_bytes() for path in house.drop.rglob("*") if path.is_file()} == before
    roll_back(house, "tiny")
    assert_drop_is_right(house)


def test_a_run_on_it_ends_and_stages_nothing_for_anyone(house: House) -> None:
    portal = house.portal
    release = new_release(house)
    sleeper = portal.restart("runs", SLIPWAY_FAILPOINTS="pipelines.attempt.staged=stop")
    run = start(house)
    sleeper.wait_until_suspended()
    house.post(f"/releases/{release}/reject/", reason="It is wrong.")
    sleeper.finish()
    found = house.get(f"/runs/{run}/")
    assert found["state"] == "cancelled"
    assert found["deliveries"] == []
    roll_back(house, "tiny")
    assert_drop_is_right(house)
