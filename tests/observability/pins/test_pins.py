"""Queries that a team pins to the health of its component: kept, asked, and refused in words."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from observability.logs.stores.base import StoreError
from observability.pins import asking, operations
from observability.pins.models import PinnedQuery
from observability.series.stores import registry
from observability.series.stores.base import Exemplar, Expression, Kind
from observability.series.stores.postgres import PostgresMetrics
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.observability.series.points import number

pytestmark = pytest.mark.django_db
Program = Callable[..., APIClient]
Browser = Callable[[str], Client]
PAGE = "/components/checkout/health/"
API = "/api/v1/pinned-queries/"


@pytest.fixture(autouse=True)
def _nothing_is_away() -> Iterator[None]:
    yield
    asking.forget()


@pytest.fixture
def checkout(people: dict[str, User], airline_data: Team) -> Component:
    now = timezone.now()
    points = [
        number("queue.length", n, now - timedelta(minutes=n), kind=Kind.GAUGE, place=place)
        for n in range(1, 50)
        for place in ("a", "b")
    ]
    store = PostgresMetrics()  # what the one of the process remembers is rolled back
    store.register(points, now=now)
    store.write(points)
    return catalog.register(
        name="checkout",
        kind=Component.Kind.SERVICE,
        team=airline_data,
        title="Checkout",
        by=people["mira"],
        now=now,
    )


def pinned(component: Component, by: User, name: str = "Queue", **given: str) -> PinnedQuery:
    asked = {"query": "queue.length", "store": "built_in", "unit": "orders", **given}
    return operations.add(component=component, name=name, **asked, by=by, now=timezone.now())


def test_a_developer_pins_a_query_and_everybody_of_the_team_sees_its_chart(
    checkout: Component, people: dict[str, User], browser: Browser
) -> None:
    form = {"name": "Queue", "query": "queue.length", "store": "built_in", "unit": "orders"}
    assert browser("mira").post(f"{PAGE}pins/new", form).status_code == 302
    pin = PinnedQuery.objects.get()
    assert f"{PAGE}pins/{pin.pk}/panels/chart?span=24h" in _page(browser("jonas"))
    chart = (
        browser("jonas")
        .get(f"{PAGE}pins/{pin.pk}/panels/chart?environment=&span=1h")
        .content.decode()
    )
    assert "place a <b>1 orders</b>" in chart
    assert chart.count("pin-curve") == 2


def _page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_those_who_may_not_read_its_logs_are_told_who_can_help(
    checkout: Component, people: dict[str, User], browser: Browser, program: Program
) -> None:
    pin = pinned(checkout, people["mira"])
    chart = browser("hannah").get(f"{PAGE}pins/{pin.pk}/panels/chart").content.decode()
    assert "You may not read its logs" in chart
    assert program("hannah").get(f"{API}{pin.pk}/values/").status_code == 403
    assert "Pin a query…" not in _page(browser("jonas"))
    assert browser("jonas").post(f"{PAGE}pins/{pin.pk}/remove", {"yes": "yes"}).status_code == 403


def test_a_query_is_tried_before_it_is_kept(checkout: Component, program: Program) -> None:
    given = {"component": "checkout", "name": "Odd", "query": "topk(3, queue.length)"}
    answer = program("mira").post(API, given, format="json")
    assert answer.status_code == 422
    assert "“topk(…)” is not known" in answer.json()["detail"]
    assert answer.json()["field"] == "query"
    given |= {"query": "up", "store": "prometheus"}
    answer = program("mira").post(API, given, format="json")
    assert "No Prometheus is named here" in answer.json()["detail"]
    assert not PinnedQuery.objects.exists()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('queue.length{component="cart"}', "another component"),
        ("rate(queue.length[3650d])", "between a second and a day"),
        ("rate(queue.length[99999999999d])", "between a second and a day"),
        ("histogram_quantile(95, rate(queue.length[5m]))", "between 0 and 1"),
    ],
)
def test_what_metrics_refuse_is_refused_of_a_pin(
    checkout: Component, program: Program, query: str, said: str
) -> None:
    given = {"component": "checkout", "name": "Odd", "query": query}
    answer = program("mira").post(API, given, format="json")
    assert (answer.status_code, answer.json()["field"]) == (422, "query")
    assert said in answer.json()["detail"]


def test_a_prometheus_without_a_label_for_components_is_for_the_platform(
    checkout: Component, people: dict[str, User], program: Program, settings: Settings
) -> None:
    """What a developer kept while there was a label is not answered either."""
    settings.PROMETHEUS = {
        **settings.PROMETHEUS,
        "url": "http://127.0.0.1:9",
        "is_named": True,
        "component": "",
    }
    given = {"component": "checkout", "name": "Up", "query": "up", "store": "prometheus"}
    answer = program("mira").post(API, given, format="json")
    assert answer.status_code == 403
    assert "the platform role can pin one" in answer.json()["detail"]
    assert program("priya").post(API, given, format="json").status_code == 503  # it was asked
    kept = PinnedQuery.objects.create(
        component=checkout,
        name="Up",
        store="prometheus",
        query="up",
        position=0,
        changed_by=people["mira"],
        changed_at=timezone.now(),
    )
    assert program("mira").get(f"{API}{kept.pk}/values/").status_code == 403
    renamed = program("mira").patch(f"{API}{kept.pk}/", {"name": "Down"}, format="json")
    assert renamed.status_code == 403


def test_a_query_that_answers_nothing_yet_may_stay(
    checkout: Component, people: dict[str, User], browser: Browser
) -> None:
    pin = pinned(checkout, people["mira"], query="not.sent.yet")
    chart = browser("jonas").get(f"{PAGE}pins/{pin.pk}/panels/chart").content.decode()
    assert "It answers nothing in this time" in chart


def test_a_store_that_is_away_costs_its_own_place_and_is_left_alone_for_a_while(
    checkout: Component, people: dict[str, User], browser: Browser, settings: Settings
) -> None:
    """It takes connections and answers nothing, as a Prometheus does that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PROMETHEUS = {
            **settings.PROMETHEUS,
            "url": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "is_named": True,
            "seconds": 0.3,
        }
        one, two = (
            PinnedQuery.objects.create(
                component=checkout,
                name=name,
                store="prometheus",
                query="up",
                position=position,
                changed_by=people["mira"],
                changed_at=timezone.now(),
            )
            for position, name in enumerate(("One", "Two"))
        )
        client = browser("jonas")
        for pin in (one, two):
            answer = client.get(f"{PAGE}pins/{pin.pk}/panels/chart")
            assert answer.status_code == 200
            assert "Prometheus does not answer now" in answer.content.decode()
        silent.settimeout(1)
        asked, _ = silent.accept()
        asked.close()
        with pytest.raises(TimeoutError):
            silent.accept()
    assert "One" in _page(client)


def test_they_are_changed_moved_and_removed(
    checkout: Component, people: dict[str, User], program: Program
) -> None:
    for name in ("One", "Two", "Three"):
        pinned(checkout, people["mira"], name)
    mira = program("mira")
    ids = {
        one["name"]: one["id"] for one in mira.get(f"{API}?component=checkout").json()["results"]
    }
    assert (
        mira.post(f"{API}{ids['Three']}/move/", {"position": 0}, format="json").status_code == 200
    )
    assert _names() == ["Three", "One", "Two"]
    changed = mira.patch(f"{API}{ids['One']}/", {"unit": "s"}, format="json").json()
    assert (changed["unit"], changed["query"]) == ("s", "queue.length")
    taken = mira.patch(f"{API}{ids['One']}/", {"name": "Two"}, format="json")
    assert "already" in taken.json()["detail"]
    assert mira.delete(f"{API}{ids['Three']}/").status_code == 204
    assert _names() == ["One", "Two"]


def _names() -> list[str]:
    return [row.name for row in PinnedQuery.objects.order_by("position")]


def test_a_page_holds_twelve(
    checkout: Component, people: dict[str, User], program: Program
) -> None:
    for n in range(12):
        pinned(checkout, people["mira"], f"Query {n}")
    given = {"component": "checkout", "name": "More", "query": "queue.length"}
    answer = program("mira").post(API, given, format="json")
    assert "12 pinned queries" in answer.json()["detail"]


def test_values_over_the_api(
    checkout: Component, people: dict[str, User], program: Program
) -> None:
    pin = pinned(checkout, people["mira"], query="sum(queue.length)")
    found = program("jonas").get(f"{API}{pin.pk}/values/?span=1h&environment=").json()
    (line,) = found["lines"]
    assert line["labels"] == {}
    assert found["step"] == 30
    assert 2 in [point["value"] for point in line["points"]]


def test_a_chart_leads_to_traces_in_which_its_values_came(
    checkout: Component, people: dict[str, User], browser: Browser
) -> None:
    trace, span = took(timezone.now() - timedelta(minutes=5))
    pin = pinned(checkout, people["mira"], "Took", query="rate(took_count[5m])")
    chart = browser("jonas").get(f"{PAGE}pins/{pin.pk}/panels/chart?span=24h").content.decode()
    assert f'href="/traces/{trace}/?span={span}">750 ms</a>' in chart
    other = pinned(checkout, people["mira"], "Queue")
    chart = browser("jonas").get(f"{PAGE}pins/{other.pk}/panels/chart?span=24h").content.decode()
    assert "In traces" not in chart


def test_exemplars_are_looked_for_in_the_last_day_of_a_time(
    checkout: Component, people: dict[str, User], browser: Browser
) -> None:
    """With tracing nearly every point has some: a month of them is much to sort for five."""
    took(timezone.now() - timedelta(hours=30))
    pin = pinned(checkout, people["mira"], "Took", query="rate(took_count[5m])")
    client, address = browser("jonas"), f"{PAGE}pins/{pin.pk}/panels/chart"
    week = client.get(f"{address}?span=7d").content.decode()
    assert "pin-curve" in week
    assert "In traces" not in week
    until = (timezone.now() - timedelta(hours=28)).strftime("%Y-%m-%dT%H:%M:%SZ")
    since = (timezone.now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "In traces" in client.get(f"{address}?since={since}&until={until}").content.decode()


class Untraced(PostgresMetrics):
    """A store that answers, except for where its values came from."""

    def exemplars(self, expression: Expression, *, most: int) -> list[Exemplar]:
        raise StoreError("Too slow today.", permanent=False)


def test_a_chart_stands_where_its_traces_can_not_be_told(
    checkout: Component,
    people: dict[str, User],
    browser: Browser,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.METRIC_STORE = f"{__name__}.Untraced"
    monkeypatch.setitem(registry.ADAPTERS, registry.BUILT_IN, settings.METRIC_STORE)
    took(timezone.now() - timedelta(minutes=5))
    pin = pinned(checkout, people["mira"])
    for _ in range(2):  # nor is the store left alone for it
        chart = browser("jonas").get(f"{PAGE}pins/{pin.pk}/panels/chart").content.decode()
        assert chart.count("pin-curve") == 2
        assert "Too slow" not in chart
        assert "In traces" not in chart


def took(at: datetime) -> tuple[str, str]:
    """Points of a measure, the newest with a trace: that one's ids."""
    trace, span = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"
    given = {"at": int(at.timestamp() * 1e9), "value": 0.75, "trace_id": trace, "span_id": span}
    points = [  # more than two steps of a week, so that each chart asks for some
        number("took", 1_000 - n, at - timedelta(minutes=n))._replace(unit="s") for n in range(180)
    ]
    points[0] = points[0]._replace(exemplars=json.dumps([given]))
    store = PostgresMetrics()
    store.register(points, now=at)
    store.write(points)
    return trace, span
