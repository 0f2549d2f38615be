"""SIGSTOP past the lease: a worker that wakes late finds that it may not write any more."""

from __future__ import annotations

import pytest

from tests.api_house import House
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, start, wait

pytestmark = pytest.mark.fault

POINTS = [
    ("runs", "pipelines.attempt.claimed"),
    ("runs", "pipelines.attempt.staged"),
    ("runs", "pipelines.attempt.finishing"),
    ("deliveries", "pipelines.delivery.prepared"),
    ("deliveries", "pipelines.delivery.cleared"),
    ("deliveries", "pipelines.delivery.published"),
]


@pytest.mark.parametrize(("worker", "point"), POINTS)
def test_a_worker_suspended_at(house: House, worker: str, point: str) -> None:
    portal = house.portal
    portal.arm(f"{point}=stop")
    run = start(house)
    portal.processes[worker].wait_until_suspended()
    stopped = portal.processes.pop(worker)
    portal.begin(worker)  # another one takes over when the lease has run out
    try:
        found = wait(house, run)
        assert found["state"] == "succeeded", found["message"]
        stopped.finish()  # what it does now must change nothing
    finally:
        stopped.kill()
    again = assert_delivered_once(house, run)
    assert again["result_checksum"] == found["result_checksum"]
    assert_drop_is_right(house)
