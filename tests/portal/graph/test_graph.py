"""Walking the graph, and its pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.graph import queries
from portal.graph.queries import Wanted
from portal.graph.things import Graph
from tests.conftest import NOW

Browser = Callable[[str], Client]


@pytest.fixture
def chain(people: dict[str, User], airline_data: Team, finance_data: Team) -> None:
    """nyc-files -> flights -> punctuality -> acme; punctuality -> budget was only seen."""
    made: dict[str, Component] = {}
    for name, team, by in (
        ("flights", airline_data, "mira"),
        ("punctuality", airline_data, "mira"),
        ("budget", finance_data, "hannah"),
    ):
        made[name] = catalog.register(name=name, team=team, kind="service", by=people[by], now=NOW)
    tie(made["flights"], "declared", ("reads", "connection", "nyc-files"))
    tie(
        made["punctuality"],
        "declared",
        ("reads", "component", "flights"),
        ("feeds", "client", "acme"),
    )
    tie(made["budget"], "observed", ("reads", "component", "punctuality"))


def tie(component: Component, source: str, *on: tuple[str, str, str]) -> None:
    catalog.depend(component=component, on=on, source=Dependency.Source(source), now=NOW)


def graph(most: int = queries.MOST, **given: str) -> Graph:
    by = User.objects.get(username="mira")
    return queries.graph(Wanted.read({"depth": "", **given}), by=by, now=NOW, most=most)


def lines(found: Graph) -> list[str]:
    return sorted(
        f"{source.name} {edge.how} {target.name}" for source, edge, target in found.rows()
    )


ALL = [
    "flights declared punctuality",
    "nyc-files declared flights",
    "punctuality declared acme",
    "punctuality seen budget",
]


@pytest.mark.usefixtures("chain")
def test_around_a_thing_by_steps_and_ways() -> None:
    assert lines(graph(**{"from": "punctuality"})) == ALL
    assert lines(graph(**{"from": "punctuality", "depth": "1"})) == [
        line for line in ALL if "punctuality" in line
    ]
    assert lines(graph(**{"from": "punctuality", "way": "up"})) == [ALL[0], ALL[1]]
    assert lines(graph(**{"from": "punctuality", "way": "down"})) == [ALL[2], ALL[3]]
    assert lines(graph(**{"from": "connection:nyc-files", "depth": "9"})) == ALL
    assert lines(graph(**{"from": "client:acme", "depth": "2"})) == [ALL[0], ALL[2]]


@pytest.mark.usefixtures("chain")
def test_of_a_team_and_of_everyone() -> None:
    assert lines(graph()) == ALL
    assert lines(graph(team="finance-data")) == [ALL[3]]
    assert lines(graph(team="airline-data")) == ALL


@pytest.mark.usefixtures("chain")
def test_too_much_is_cut_and_said() -> None:
    found = graph(most=2)
    assert (len(found.things), found.left_out) == (2, 3)


def test_its_queries_are_as_many_for_more(
    chain: None, people: dict[str, User], airline_data: Team
) -> None:
    before = counted()
    for number in range(5):
        more = catalog.register(
            name=f"more-{number}", team=airline_data, kind="service", by=people["mira"], now=NOW
        )
        tie(more, "declared", ("reads", "component", "punctuality"))
    assert counted() == before
    assert max(before) <= 24


def counted() -> tuple[int, int]:
    """Around a thing, and of everything."""
    with CaptureQueriesContext(connection) as around:
        graph(**{"from": "punctuality"})
    with CaptureQueriesContext(connection) as everything:
        graph()
    return len(around), len(everything)


@pytest.mark.usefixtures("chain")
def test_the_pages_say_the_same_without_a_picture(browser: Browser) -> None:
    client = browser("hannah")
    for address in ("/catalog/graph", "/components/punctuality/dependencies"):
        shown = client.get(address)
        page = shown.content.decode()
        assert 'data-source="component:flights" data-target="component:punctuality"' in page
        assert "Declared" in page
        assert "Seen" in page
        assert "sha256-pgvDUBa4" in shown.headers["Content-Security-Policy"]
    assert "sha256-" not in client.get("/components/").headers["Content-Security-Policy"]


@pytest.mark.usefixtures("chain")
def test_the_data_and_the_panel_of_the_picture(browser: Browser) -> None:
    client = browser("jonas")
    data = client.get("/catalog/graph/data?from=punctuality&depth=1").json()
    assert data["center"] == "component:punctuality"
    assert {"source": "component:punctuality", "target": "component:budget", "how": "seen"} in data[
        "edges"
    ]
    panel = client.get("/catalog/graph/thing?kind=component&name=punctuality").content.decode()
    for words in ("Needs", "flights", "Is needed by", "budget", "airline-data"):
        assert words in panel, words
    assert client.get("/catalog/graph/thing?kind=ghost&name=x").status_code == 404
    assert client.get("/components/nobody/dependencies").status_code == 404


def test_without_anything_it_teaches(people: dict[str, User], browser: Browser) -> None:
    shown = browser("jonas").get("/catalog/graph").content.decode()
    assert "Registering a file says" in shown
    alone = browser("jonas").get("/catalog/graph?from=nobody").content.decode()
    assert "Nothing is tied to it" in alone
