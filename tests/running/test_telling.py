"""Processes that tell: to a collector where one is named, and never at the cost of a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg

from tests.api_house import House
from tests.patience import patient, wait_for


def run(house: House, seconds: float = 30) -> dict[str, Any]:
    """A run, when it is delivered."""
    made = house.post("/runs/", transformation="tiny", environment="staging")

    def is_delivered() -> bool:
        found = house.get("/deliveries/", run=made["id"])["results"]
        return [one["state"] for one in found] == ["delivered"]

    wait_for(is_delivered, seconds, house.portal.logs)
    return made


@contextmanager
def runs_with(house: House, **environment: str) -> Iterator[None]:
    """The process of runs with these settings; as it was afterwards, for the tests behind."""
    house.portal.restart("runs", **environment)
    try:
        yield
    finally:
        house.portal.restart("runs")


def names(house: House, trace: str) -> set[str]:
    asked = "SELECT name FROM observability_span WHERE trace_id = %s"
    return {name for (name,) in house.portal.rows(asked, trace)}


def test_a_store_that_hangs_slows_no_run_and_gets_what_was_told_meanwhile(house: House) -> None:
    """Somebody holds the tables of telemetry: whoever writes there waits, and nobody else does."""
    with psycopg.connect(house.portal.database_url) as holder:
        holder.execute("LOCK observability_span, observability_logrecord IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        runs = [run(house) for _ in range(3)]
        assert time.monotonic() - began < patient(20)
        assert [house.get(f"/runs/{one['id']}/")["state"] for one in runs] == ["succeeded"] * 3
        logs = house.portal.rows(
            "SELECT log FROM pipelines_attempt WHERE run_id = ANY(%s)", [one["id"] for one in runs]
        )
        assert all("result staged" in log for (log,) in logs)  # a run's own log is kept with it
        holder.rollback()
    for one in runs:
        wait_for(lambda: "publish" in names(house, one["trace_id"]), 60)  # noqa: B023


def test_what_was_sent_and_dropped_is_shown_to_people_and_to_prometheus(house: House) -> None:
    run(house)
    wait_for(
        lambda: house.portal.rows("SELECT 1 FROM observability_outlet WHERE process = 'runs'"), 20
    )
    wait_for(lambda: 'slipway_telemetry_sent{process="runs",signal="spans"}' in scraped(house), 20)
    assert 'slipway_telemetry_dropped{process="runs",signal="spans"}' in scraped(house)


def scraped(house: House) -> str:
    return httpx.get(f"{house.portal.address}/metrics").raise_for_status().text


def test_a_collector_that_is_named_gets_it_instead_of_the_store(house: House) -> None:
    """The collector is another portal's receiver: its own team's token, its own tables."""
    portal = house.portal
    secret = house.post("/tokens/", name="telemetry", scopes=["telemetry", "read"])["secret"]
    collector = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": portal.address,
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{secret}",
    }
    with runs_with(house, **collector):
        trace = run(house)["trace_id"]
        wait_for(lambda: "run tiny" in names(house, trace), 30, portal.logs)
        asked = "SELECT component, run_id::text, environment FROM observability_span WHERE {} = {}"
        [(component, run_id, environment)] = portal.rows(
            asked.format("name", "'run tiny' AND trace_id = %s"), trace
        )
        assert (component, environment) == ("slipway-runs", "staging")
        assert run_id
        wait_for(
            lambda: portal.rows(
                "SELECT 1 FROM observability_logrecord WHERE trace_id = %s AND component = %s",
                *(trace, "slipway-runs"),
            ),
            20,
        )


def test_a_collector_that_is_not_there_costs_no_run_and_is_told_of(house: House) -> None:
    portal = house.portal
    with runs_with(house, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9"):
        run(house)
        asked = (
            "SELECT 1 FROM observability_outlet WHERE process = 'runs' AND message ~ 'not answer'"
        )
        wait_for(lambda: portal.rows(asked), 60, portal.logs)
    assert 'slipway_telemetry_dropped{process="runs",signal="spans"}' in scraped(house)


def test_every_statement_of_a_run_is_a_span_where_that_is_asked_for(house: House) -> None:
    with runs_with(house, SLIPWAY_TRACE_SQL="all"):
        trace = run(house)["trace_id"]
        asked = (
            "SELECT p.name, s.attributes->>'db.query.text' FROM observability_span s"
            " LEFT JOIN observability_span p ON p.trace_id = s.trace_id AND p.span_id = s.parent_id"
            " WHERE s.trace_id = %s AND s.name = 'UPDATE'"
        )
        wait_for(lambda: house.portal.rows(asked, trace), 30, house.portal.logs)
        for parent, statement in house.portal.rows(asked, trace):
            assert parent, "It is told which work it belongs to."
            assert statement.startswith("UPDATE ")
            assert trace not in statement, "Values are never kept."


def test_the_receiver_tells_nothing_of_what_it_receives(house: House) -> None:
    for _ in range(3):
        answer = httpx.post(
            f"{house.portal.address}/v1/traces",
            content=b"",
            headers={"Content-Type": "application/x-protobuf", "Authorization": "Bearer nothing"},
        )
        assert answer.status_code == 401
    time.sleep(2.5)
    assert house.portal.rows("SELECT 1 FROM observability_span WHERE name ~ 'POST /v1/'") == []
    said = house.portal.rows("SELECT message FROM observability_logrecord WHERE message ~ '/v1/'")
    assert said == []
