"""Beat killed, Redis emptied, workers dead half-way: each due time has exactly its run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api_house import House, wait_until_deployed
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right
from tests.patience import wait_for

pytestmark = pytest.mark.fault
MINUTE = timedelta(minutes=1)
MISSED = 5


@contextmanager
def every_minute(house: House) -> Iterator[None]:
    """Staging runs the tiny transformation every minute, and makes up for each that was missed."""
    configure(house, {"cron": "* * * * *", "catch_up": "all"})
    wait_for(lambda: state(house) == "active", 30, house.portal.logs)
    try:
        yield
    finally:
        configure(house, None)
        wait_for(lambda: state(house) == "none", 30, house.portal.logs)


def configure(house: House, schedule: dict[str, str] | None) -> None:
    place = {"component": "tiny", "environment": "staging"}
    asked = house.post("/configurations/", values={"schedule": schedule}, **place)
    wait_until_deployed(house, asked)


def state(house: House) -> Any:
    rows = house.portal.rows("SELECT state FROM pipelines_schedule")
    return rows[0][0] if rows else None


def test_beat_is_killed_and_redis_emptied_while_times_come_due(house: House) -> None:
    portal = house.portal
    with every_minute(house):
        portal.processes["beat"].kill()
        # As if nobody had looked for minutes
        [(first,)] = portal.rows(
            "UPDATE pipelines_schedule SET next_at = date_trunc('minute', now()) - %s "
            "RETURNING next_at",
            MISSED * MINUTE,
        )
        portal.flush_redis()
        half_way = portal.restart("control", SLIPWAY_FAILPOINTS="pipelines.schedule.started=kill")
        portal.restart("beat")
        assert half_way.wait_until_dead() == -9
        portal.flush_redis()
        portal.restart("control")
        wait_for(lambda: not is_behind(house), 60, portal.logs)
        [(last,)] = portal.rows("SELECT last_at FROM pipelines_schedule")
        runs = portal.rows(
            "SELECT logical_at, id FROM pipelines_run WHERE logical_at BETWEEN %s AND %s "
            "ORDER BY logical_at",
            first,
            last,
        )
        assert [at for at, _ in runs] == list(minutes(first, last))
        assert len(runs) > MISSED
    for _, run in runs[-2:]:
        found = house.get(f"/runs/{run}/")
        wait_for(lambda run=run: ended(house, run), 60, portal.logs)
        assert found["requested_by"] is None
    assert_drop_is_right(house)


def is_behind(house: House) -> bool:
    [(next_at,)] = house.portal.rows("SELECT next_at FROM pipelines_schedule")
    return bool(next_at <= datetime.now(UTC))


def minutes(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += MINUTE


def ended(house: House, run: Any) -> bool:
    return house.get(f"/runs/{run}/")["state"] == "succeeded"


def test_a_backfill_outlives_its_worker(house: House) -> None:
    portal = house.portal
    days = {"start_at": "2026-01-01T06:00:00Z", "end_at": "2026-01-04T06:00:00Z"}
    half_way = portal.restart("control", SLIPWAY_FAILPOINTS="pipelines.backfill.started=kill")
    backfill = house.post(
        "/backfills/",
        transformation="tiny",
        environment="staging",
        cron="0 6 * * *",
        reason="The first days.",
        parameters={"number": 77},
        **days,
    )
    assert half_way.wait_until_dead() == -9
    portal.flush_redis()
    portal.restart("control")
    path = f"/backfills/{backfill['id']}/"
    wait_for(lambda: house.get(path)["state"] == "done", 60, portal.logs)
    found = house.get(path)
    assert (found["good"], found["bad"], found["left"]) == (4, 0, 0)
    runs = portal.rows(
        "SELECT logical_at, id FROM pipelines_run WHERE backfill_id = %s ORDER BY logical_at",
        backfill["id"],
    )
    assert [at.day for at, _ in runs] == [1, 2, 3, 4]
    assert_delivered_once(house, str(runs[-1][1]))
    assert_drop_is_right(house)
