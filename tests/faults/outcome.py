"""What must be true of a run in the end, whatever happened meanwhile."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Any

from tests.api_house import House

numbers = itertools.count(1)
PATIENCE = 60.0
OVER = ["delivered", "failed", "held", "superseded", "unbound", "cancelled"]
HAS_ENDED = """
SELECT state IN ('succeeded', 'failed', 'cancelled') AND NOT EXISTS (
    SELECT FROM pipelines_delivery WHERE run_id = run.id AND state <> ALL (%s)
) FROM pipelines_run run WHERE id = %s
"""


def start(house: House) -> str:
    """A run that delivers to a place of its own; its id."""
    parameters = {"number": next(numbers)}
    run = house.post("/runs/", transformation="tiny", environment="staging", parameters=parameters)
    return str(run["id"])


def wait(house: House, run: str, seconds: float = PATIENCE) -> dict[str, Any]:
    """The run, once it and all its deliveries have ended."""
    house.portal.wait_until(HAS_ENDED, OVER, run, seconds=seconds)
    return house.get(f"/runs/{run}/")


def assert_delivered_once(house: House, run: str) -> dict[str, Any]:
    """It ended well, once: one good attempt, one delivery, and the file is what the record says."""
    found = wait(house, run)
    assert found["state"] == "succeeded", found["message"]
    good = [attempt for attempt in found["attempts"] if attempt["state"] == "succeeded"]
    assert len(good) == 1, found["attempts"]
    assert [d["state"] for d in found["deliveries"]] == ["delivered"], found["deliveries"]
    assert found["deliveries"][0]["revision"] == 1
    return found


def assert_drop_is_right(house: House) -> None:
    """The folder holds exactly what the records say stands there: no part, no stranger."""
    stands = house.portal.rows(
        "SELECT p.path, d.checksum FROM pipelines_place p JOIN pipelines_delivery d "
        "ON d.id = p.delivery_id JOIN pipelines_destination t ON t.id = p.destination_id "
        "WHERE t.kind = 'directory'"
    )
    shown = {
        str(path.relative_to(house.drop)): f"sha256:{_sha256(path)}"
        for path in house.drop.rglob("*")
        if path.is_file()
    }
    assert shown == dict(stands)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
