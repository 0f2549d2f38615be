"""kill -9 at each write: whoever dies wherever, each run ends once and the folder is right."""

from __future__ import annotations

import pytest

from tests.api_house import House
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, start

pytestmark = pytest.mark.fault

RUN_POINTS = [
    "pipelines.attempt.claimed",
    "pipelines.attempt.prepared",
    "pipelines.attempt.staged",
    "pipelines.attempt.finishing",
    "pipelines.attempt.finished",
    "pipelines.deliveries.planned",
]
DELIVERY_POINTS = [
    "pipelines.delivery.claimed",
    "pipelines.delivery.prepared",
    "pipelines.delivery.cleared",
    "pipelines.delivery.published",
    "pipelines.delivery.written",
]
POINTS = [("runs", point) for point in RUN_POINTS] + [
    ("deliveries", point) for point in DELIVERY_POINTS
]


@pytest.mark.parametrize(("worker", "point"), POINTS)
def test_a_worker_killed_at(house: House, worker: str, point: str) -> None:
    house.portal.arm(f"{point}=kill")
    run = start(house)
    assert house.portal.processes[worker].wait_until_dead() == -9
    house.portal.restart(worker)
    assert_delivered_once(house, run)
    assert_drop_is_right(house)


@pytest.mark.parametrize("name", ["zygote", "control", "beat"])
def test_others_killed_while_runs_are_on_their_way(house: House, name: str) -> None:
    before = [start(house) for _ in range(3)]
    house.portal.processes[name].kill()
    during = [start(house) for _ in range(3)]
    house.portal.restart(name)
    for run in before + during:
        assert_delivered_once(house, run)
    assert_drop_is_right(house)
