"""The map on its page, on a component's tab, over the API: declared beside seen, with figures."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from observability.servicemap import asking, mapped, queries
from observability.servicemap.asking import Asked
from observability.servicemap.queries import Map
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from tests.observability.servicemap.sent import CLIENT, SERVER, arrived, begin, span

pytestmark = pytest.mark.django_db


def service(name: str, team: Team, by: User) -> Component:
    return catalog.register(name=name, team=team, kind="service", by=by, now=timezone.now())


@pytest.fixture
def shop(people: dict[str, User], airline_data: Team, finance_data: Team) -> dict[str, Component]:
    """storefront calls basket, that a database; what basket is declared to call it never does."""
    begin()
    made = {
        "storefront": service("storefront", airline_data, people["ines"]),
        "basket": service("basket", airline_data, people["ines"]),
        "invoicing": service("invoicing", finance_data, people["hannah"]),
    }
    reads, declared = Dependency.Direction.READS, Dependency.Source.DECLARED
    for name, on in (("storefront", "basket"), ("basket", "invoicing")):
        catalog.depend(
            component=made[name], on=[(reads, "component", on)], source=declared, now=timezone.now()
        )
    arrived(
        [
            span("storefront", CLIENT, 1, took=40, failed=True),
            span("basket", SERVER, 2, 1),
            span("basket", CLIENT, 3, 2, took=4, db__system__name="postgresql", db__name="baskets"),
            span("invoicing", CLIENT, 9, took=4, peer__service="basket", environment="staging"),
            span("invoicing", CLIENT, 10, db__system="redis", trace="0" * 31 + "9"),
        ]
    )
    return made


def edges(program: Any, query: str = "", name: str = "priya") -> dict[tuple[str, str], Any]:
    answer = program(name).get(f"/api/v1/service-map/{query}")
    assert answer.status_code == 200, answer.json()
    return {(one["caller"]["name"], one["callee"]["name"]): one for one in answer.json()["results"]}


def test_declared_and_seen_are_told_apart(shop: dict[str, Component], program: Any) -> None:
    found = {
        ends: (one["way"], one["calls"], one["failed"]) for ends, one in edges(program).items()
    }
    assert found == {
        ("storefront", "basket"): ("both", 1, 1),
        ("basket", "postgresql baskets"): ("seen", 1, 0),
        ("invoicing", "basket"): ("seen", 1, 0),
        ("invoicing", "redis"): ("seen", 1, 0),
        ("basket", "invoicing"): ("declared", 0, 0),
    }
    assert set(edges(program, "?way=declared")) == {("basket", "invoicing")}
    assert edges(program)["storefront", "basket"]["p95"] == pytest.approx(0.04, rel=0.2)


def test_the_map_is_narrowed_down_to_an_environment_and_around_a_component(
    shop: dict[str, Component], program: Any
) -> None:
    seen = edges(program, "?environment=staging&way=seen")
    assert set(seen) == {("invoicing", "basket")}
    one_step = edges(program, "?around=storefront")
    assert set(one_step) == {("storefront", "basket")}
    two_steps = edges(program, "?around=storefront&depth=2")
    assert set(two_steps) == {
        ("storefront", "basket"),
        ("basket", "postgresql baskets"),
        ("basket", "invoicing"),
    }
    assert set(edges(program, "?around=database:redis")) == {("invoicing", "redis")}


def test_what_a_span_names_is_for_those_who_read_its_logs(
    shop: dict[str, Component], program: Any
) -> None:
    found = edges(program, name="hannah")
    assert ("basket", "of basket") in found
    assert ("basket", "postgresql baskets") not in found
    assert ("invoicing", "redis") in found
    assert ("storefront", "basket") in found


def test_the_graph_of_dependencies_names_no_more_than_the_map(
    shop: dict[str, Component], client: Client, people: dict[str, User]
) -> None:
    addresses = (
        "/catalog/graph",
        "/catalog/graph/data?from=basket",
        "/catalog/graph/thing?kind=component&name=basket",
        "/components/basket/dependencies",
    )
    for name, is_named in (("mira", True), ("hannah", False)):
        client.force_login(people[name])
        for address in addresses:
            answer = client.get(address).content.decode()
            assert ("postgresql baskets" in answer) is is_named, (name, address)
            assert is_named or "of basket" in answer, address


def test_what_a_team_declares_is_named_in_the_graph_for_everyone(
    shop: dict[str, Component], client: Client, people: dict[str, User]
) -> None:
    on = (Dependency.Direction.READS, "database", "postgresql baskets")
    declared = Dependency.Source.DECLARED
    catalog.depend(component=shop["basket"], on=[on], source=declared, now=timezone.now())
    client.force_login(people["hannah"])
    edges = client.get("/catalog/graph/data?from=basket&depth=1").json()["edges"]
    said = {(one["source"], one["target"]): one["how"] for one in edges}
    assert said["database:postgresql baskets", "component:basket"] == "declared and seen"
    assert ("database:of basket", "component:basket") not in said


def test_a_name_that_nothing_has_is_no_empty_map(shop: dict[str, Component], program: Any) -> None:
    assert program("mira").get("/api/v1/service-map/?around=storefrnt").status_code == 404
    assert edges(program, "?around=queue:nobody-knows") == {}


def test_pages_follow_each_other_without_a_gap(shop: dict[str, Component], program: Any) -> None:
    client = program("priya")
    for sort in ("calls", "errors", "slow", "name"):
        url, seen = f"/api/v1/service-map/?limit=2&sort={sort}", []
        while url:
            answer = client.get(url).json()
            seen += [(one["caller"]["name"], one["callee"]["name"]) for one in answer["results"]]
            url = answer["next"]
        assert len(seen) == len(set(seen)) == 5, sort


def test_the_page_draws_and_tells_the_same_and_opens_traces(
    shop: dict[str, Component], client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["mira"])
    page = client.get("/service-map/?time=6h").content.decode()
    assert "Declared, not seen" in page
    since = asking.read({"time": "6h"}).since(timezone.now())
    assert f"/traces/?component=storefront&amp;since={since:%Y-%m-%dT%H:%M}Z&amp;error=1" in page
    assert "/traces/5b8efff798038103d269b633813fc60c/" in page
    drawn = client.get("/service-map/data?time=6h").json()
    marks = {(one["source"], one["target"]): one["mark"] for one in drawn["edges"]}
    assert marks["component:storefront", "component:basket"] == "both"
    assert marks["component:basket", "component:invoicing"] == "unseen"
    words = {one["target"]: one["text"] for one in drawn["edges"]}
    assert words["component:invoicing"] == "not seen"
    tab = client.get("/components/basket/service-map").content.decode()
    assert "storefront" in tab
    assert "redis" not in tab
    panel = client.get("/service-map/thing?kind=component&name=basket").content.decode()
    assert "Is called by" in panel
    assert "Look around it" in panel


@pytest.mark.parametrize(
    ("window", "words", "of"),
    [("1h", "This hour and the last", "hours"), ("7d", "Last 7 days", "days")],
)
def test_the_map_says_since_when_calls_are_counted_and_leads_to_traces_of_that_time(
    shop: dict[str, Component],
    client: Client,
    people: dict[str, User],
    window: str,
    words: str,
    of: str,
) -> None:
    client.force_login(people["mira"])
    since = asking.read({"time": window}).since(timezone.now())
    page = client.get(f"/service-map/?time={window}").content.decode()
    assert f'<option value="{window}" selected>{words}</option>' in page
    [said] = re.findall(r'<p class="muted map-since">(.*?)</p>', page)
    assert f"{since:%H:%M}</time> UTC, by whole {of}." in said
    panel = client.get(f"/service-map/thing?kind=component&name=basket&time={window}")
    assert f"since={since:%Y-%m-%dT%H:%M}Z" in panel.content.decode()


def test_where_no_call_was_seen_a_longer_time_is_offered(
    shop: dict[str, Component], client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["mira"])
    asked = "/service-map/?around=nobody&time="
    page = client.get(f"{asked}1h").content.decode()
    assert 'href="?around=nobody&amp;time=30d">Look at the last 30 days' in page
    assert "Look at the last 30 days" not in client.get(f"{asked}30d").content.decode()


def test_what_makes_no_sense_shows_the_usual(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["mira"])
    for query in ("?time=9y&depth=ten&way=up&sort=x&after=~~", "?around=nothing", "?after=a~b"):
        assert client.get(f"/service-map/{query}").status_code == 200
    assert client.get("/service-map/thing?kind=x&name=y").status_code == 404


def test_a_thousand_edges_are_cut_in_the_picture_and_paged_in_the_table(
    client: Client, people: dict[str, User]
) -> None:
    begin()
    arrived(
        [
            span(f"part-{n // 40}", CLIENT, n + 1, db__system="redis", db__name=str(n))
            for n in range(1_000)
        ]
    )
    client.force_login(people["priya"])
    drawn = client.get("/service-map/data").json()
    assert len(drawn["things"]) <= 120
    assert 90 <= len(drawn["edges"]) <= 400
    ends = {one["id"] for one in drawn["things"]}
    assert all({one["source"], one["target"]} <= ends for one in drawn["edges"])
    page = client.get("/service-map/").content.decode()
    assert "stand in the table only" in page
    assert page.count("<tr data-source") == 50
    for depth in (1, 2, 3):
        with CaptureQueriesContext(connection) as many:
            client.get(f"/service-map/?around=part-1&depth={depth}")
        with CaptureQueriesContext(connection) as few:
            client.get(f"/service-map/?around=database:redis 7&depth={depth}")
        assert len(many) == len(few)


@pytest.fixture
def crowd(shop: dict[str, Component], monkeypatch: pytest.MonkeyPatch) -> None:
    """Others call much more than the shop does, and only so many edges are looked at."""
    monkeypatch.setattr(queries, "MOST", 4)
    arrived(
        [
            span(f"loud-{edge}", CLIENT, 10 * edge + n, db__system="mysql", trace=f"{edge:032x}")
            for edge in range(1, 7)
            for n in range(3)
        ]
    )


@pytest.mark.usefixtures("crowd")
def test_what_is_quiet_is_found_beside_what_is_loud(program: Any) -> None:
    assert set(edges(program, "?environment=staging&way=seen")) == {("invoicing", "basket")}
    assert set(edges(program, "?around=storefront&depth=2")) == {
        ("storefront", "basket"),
        ("basket", "postgresql baskets"),
        ("basket", "invoicing"),
    }


@pytest.mark.usefixtures("crowd")
def test_what_was_not_looked_at_is_said(
    client: Client, people: dict[str, User], program: Any
) -> None:
    client.force_login(people["priya"])
    for query, is_said in (("", True), ("?around=basket", False), ("?environment=staging", False)):
        page = client.get(f"/service-map/{query}").content.decode()
        assert ("There is more than is looked at" in page) is is_said, query
        answer = program("priya").get(f"/api/v1/service-map/{query}").json()
        assert answer["is_cut"] is is_said, query


def test_declared_dependencies_that_were_not_looked_at_are_said_too(
    shop: dict[str, Component], program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 5)
    assert program("priya").get("/api/v1/service-map/").json()["is_cut"] is False
    reads, declared = Dependency.Direction.READS, Dependency.Source.DECLARED
    on = [(reads, "host", f"host-{n}.example") for n in range(5)]
    catalog.depend(component=shop["basket"], on=on, source=declared, now=timezone.now())
    assert program("priya").get("/api/v1/service-map/").json()["is_cut"] is True
    assert program("priya").get("/api/v1/service-map/?around=basket").json()["is_cut"] is True


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["priya", "hannah"])
def test_around_a_thing_lies_what_the_whole_map_has_there(
    people: dict[str, User], name: str
) -> None:
    now = timezone.now()
    everything = Map(Asked(), people[name], now).every
    nodes = {node for edge in everything for node in edge.ends}
    for node, depth in product(nodes, (1, 2, 3)):
        asked = Asked(around=mapped.identity(node), depth=depth)
        found = {edge.ends: edge.calls for edge in Map(asked, people[name], now).every}
        there = mapped.around(everything, node, depth)
        assert found == {edge.ends: edge.calls for edge in there}, asked


@pytest.mark.usefixtures("shop")
def test_asking_around_a_veiled_name_does_not_tell_whose_it_is(program: Any) -> None:
    assert edges(program, "?around=database:postgresql baskets", name="hannah") == {}
    found = edges(program, "?around=database:of basket", name="hannah")
    assert set(found) == {("basket", "of basket")}
