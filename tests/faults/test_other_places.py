"""kill -9 and SIGSTOP while events and tables are on their way: sent is not applied, but once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api_house import House, wait_until_deployed
from tests.faults.outcome import numbers, wait
from tests.pipelines import second
from tests.receiver import Running, running

pytestmark = pytest.mark.fault

KEY = "whsec_" + "QUJD" * 10
NAME = "elsewhere"
SQL = "SELECT $number AS number, count(*) AS flights FROM flights"


@dataclass
class Places:
    """A client's receiver and database, and the house that delivers to both at once."""

    house: House
    receiver: Running
    database: second.Second

    def start(self) -> str:
        parameters = {"number": next(numbers)}
        run = self.house.post(
            "/runs/", transformation=NAME, environment="staging", parameters=parameters
        )
        return str(run["id"])

    def assert_there_once(self, run: str) -> None:
        """Both got it; the receiver applied it once; the table holds the rows of this run."""
        found = wait(self.house, run)
        assert [d["state"] for d in found["deliveries"]] == ["delivered"] * 2, found["deliveries"]
        ledger = self.receiver.ledger()
        ids = {each["id"] for each in ledger["whole"] if each["fields"]["slipway-run"] == run}
        assert len(ids) == 1
        assert ids <= ledger["applied"].keys()
        assert (ledger["conflicts"], ledger["refused"]) == ([], [])
        assert self.database.ask("SELECT number FROM counted") == [(found["parameters"]["number"],)]
        assert self.database.ask("SELECT about->>'run' FROM slipway_deliveries") == [(run,)]


@pytest.fixture(scope="module")
def made(broken_house: House) -> Iterator[Places]:
    with running(KEY) as receiver, second.made() as database:
        places = Places(broken_house, receiver, database)
        _furnish(places)
        yield places


@pytest.fixture
def places(made: Places, house: House) -> Places:
    """`house` mends afterwards what a test has broken."""
    return made


def _furnish(places: Places) -> None:
    house, database = places.house, places.database
    for name, kind, binding in (
        (
            "bench-hook",
            "webhook",
            {
                "address": places.receiver.url,
                "secret": KEY,
                "options": {"allow_private": True, "allow_http": True},
            },
        ),
        (
            "bench-db",
            "postgres",
            {"address": database.url(database.writer), "options": {"allow_local": True}},
        ),
    ):
        house.post("/destinations/", name=name, kind=kind, client="bench-client", team="bench")
        house.post("/bindings/", environment="staging", destination=name, **binding)
        house.post("/grants/", team="bench", kind="destination", name=name, use="use")
    house.post("/transformations/", **_file())
    release = house.get("/releases/", component=NAME)["results"][0]["id"]
    asked = house.post("/deployments/", component=NAME, release=release, environment="staging")
    wait_until_deployed(house, asked)


def _file() -> dict[str, Any]:
    to = {"client": "bench-client"}
    return {
        "apiVersion": "slipway/v1",
        "kind": "Transformation",
        "metadata": {"name": NAME, "team": "bench"},
        "spec": {
            "inputs": {"flights": {"connection": "bench-files", "path": "tiny.parquet"}},
            "parameters": {"number": {"type": "integer"}},
            "sql": SQL,
            "contract": {
                "key": ["number"],
                "columns": [
                    {"name": "number", "type": "integer", "required": True},
                    {"name": "flights", "type": "bigint"},
                ],
            },
            "deliveries": [
                {**to, "destination": "bench-hook", "format": "csv"},
                {**to, "destination": "bench-db", "table": "public.counted"},
            ],
        },
    }


@pytest.mark.parametrize(
    "point", ["delivery.cleared", "delivery.published", "delivery.sent", "delivery.answered"]
)
def test_a_worker_killed_at(places: Places, point: str) -> None:
    portal = places.house.portal
    process = portal.restart("deliveries", SLIPWAY_FAILPOINTS=f"pipelines.{point}=kill")
    run = places.start()
    assert process.wait_until_dead() == -9
    portal.restart("deliveries")
    places.assert_there_once(run)


def test_a_worker_suspended_just_before_the_act(places: Places) -> None:
    portal = places.house.portal
    sleeper = portal.restart("deliveries", SLIPWAY_FAILPOINTS="pipelines.delivery.cleared=stop")
    run = places.start()
    sleeper.wait_until_suspended()
    stopped = portal.processes.pop("deliveries")
    portal.begin("deliveries")  # another one takes over when the lease has run out
    try:
        places.assert_there_once(run)
        stopped.send(signal.SIGCONT)
        time.sleep(1)  # what it does now must change nothing
    finally:
        stopped.kill()
    places.assert_there_once(run)
