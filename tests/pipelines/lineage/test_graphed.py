"""What runs add to the graph: what was seen, and by which destination a client is reached."""

from __future__ import annotations

from datetime import datetime

from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from portal.graph import queries
from portal.graph.queries import Wanted
from portal.graph.things import Graph
from tests.pipelines.factories import SQL, House, file, staged

HERE = ("component", "carrier-punctuality")


def around(house: House, now: datetime, *, has_destinations: bool = False) -> Graph:
    wanted = Wanted(center=HERE, has_destinations=has_destinations)
    return queries.graph(wanted, by=house.developer, now=now)


def lines(found: Graph) -> list[str]:
    return sorted(
        f"{source.name} {edge.how} {target.name}" for source, edge, target in found.rows()
    )


def ran(house: House, now: datetime) -> None:
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
        request_key="one",
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim
    assert execution.succeed(claim=claim, outcome=staged(claim), now=now)


def test_a_run_shows_what_a_file_declares(house: House, now: datetime) -> None:
    house.live(now=now)
    assert lines(around(house, now)) == [
        "carrier-punctuality declared acme-travel",
        "nyc-files declared carrier-punctuality",
    ]
    ran(house, now)
    assert {line.split(" ", 1)[1].rsplit(" ", 1)[0] for line in lines(around(house, now))} == {
        "declared and seen"
    }
    house.register(file(SQL + " LIMIT 9", deliveries=[]), now=now)
    assert "carrier-punctuality seen acme-travel" in lines(around(house, now))


def test_a_client_is_reached_by_a_destination(house: House, now: datetime) -> None:
    house.live(now=now)
    ran(house, now)
    found = around(house, now, has_destinations=True)
    assert lines(found) == [
        "acme-drop declared and seen acme-travel",
        "carrier-punctuality declared and seen acme-drop",
        "nyc-files declared and seen carrier-punctuality",
    ]
    drop = found.thing(("destination", "acme-drop"))
    assert (drop.label, drop.team, drop.url) == (
        "Destination",
        "airline-data",
        "/destinations/acme-drop/",
    )
    here = found.thing(HERE)
    assert (here.state, here.facts[-1]) == ("live", ("staging", "v1, live"))
