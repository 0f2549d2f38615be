"""A worker that is told to drain fetches nothing more; what waits outlives it and its restart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_house import House
from tests.faults.outcome import start, wait
from tests.patience import wait_for

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]
WHY = {"reason": "A new disk."}


def serving(house: House, queue: str) -> dict[str, Any]:
    """The newest process that serves a queue."""
    rows = house.get("/workers/")["results"]
    return max((row for row in rows if queue in row["queues"]), key=lambda row: str(row["seen_at"]))


def until(house: House, pk: str, *, takes_work: bool) -> None:
    wait_for(
        lambda: house.get(f"/workers/{pk}/")["takes_work"] is takes_work,
        30,
        lambda: f"it has not heard of it:\n{house.portal.logs()}",
    )


def messages(house: House) -> int:
    """How many messages wait in the broker, by what the page says."""
    return int(house.get("/queues/runs/")["due"])


def test_a_drained_worker_leaves_work_to_the_next(house: House) -> None:
    worker = serving(house, "runs")
    house.post(f"/workers/{worker['id']}/drain/", **WHY)
    until(house, worker["id"], takes_work=False)
    run = start(house)
    wait_for(lambda: messages(house) > 0, 20, lambda: "nothing waits")
    assert house.get(f"/runs/{run}/")["state"] == "queued"
    assert house.get("/queues/runs/")["servers"] == 0
    house.post(f"/workers/{worker['id']}/take-again/")
    assert wait(house, run)["state"] == "succeeded"


def test_a_pause_outlives_the_worker(house: House) -> None:
    house.post("/queues/runs/pause/", **WHY)
    run = start(house)
    house.portal.restart("runs")
    house.portal.wait_until_ready()
    assert house.get(f"/runs/{run}/")["state"] == "queued"
    assert house.get("/queues/runs/")["paused"]["reason"] == WHY["reason"]
    house.post("/queues/runs/resume/")
    assert wait(house, run)["state"] == "succeeded"
