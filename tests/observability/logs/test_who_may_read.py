"""Lines of a component are for its team; what no team owns is for everyone who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.logs import asking
from observability.logs.stores.base import Found, Wanted
from observability.logs.stores.postgres import PostgresLogs
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.contracts.test_log_stores import line

pytestmark = pytest.mark.django_db
LOGS = "/api/v1/logs/"
Program = Callable[..., APIClient]


@pytest.fixture
def owned(people: dict[str, User], airline_data: Team) -> Component:
    """checkout belongs to airline-data and writes a line, as does a service that nobody owns."""
    now = timezone.now()
    made = catalog.register(
        name="checkout", team=airline_data, kind="service", by=people["ines"], now=now
    )
    PostgresLogs().write([line("ours", now), line("nobody's", now, component="till")])
    return made


def messages(reader: APIClient, **query: str) -> set[str]:
    return {row["message"] for row in reader.get(LOGS, query).json()["results"]}


@pytest.mark.usefixtures("owned")
def test_a_search_leaves_out_what_is_not_ones_own(program: Program) -> None:
    assert messages(program("jonas", "read")) == {"ours", "nobody's"}
    assert messages(program("priya", "read")) == {"ours", "nobody's"}
    stranger = program("hannah", "read")
    assert messages(stranger) == {"nobody's"}
    for counts in ("histogram", "facets", "patterns"):
        assert "ours" not in stranger.get(f"{LOGS}{counts}/").content.decode()
    bars = stranger.get(f"{LOGS}histogram/").json()["bars"]
    assert sum(bar["lines"] for bar in bars) == 1


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("query", [{"q": "component:checkout"}, {"component": "checkout"}])
def test_asking_for_the_lines_of_another_team_is_refused_with_who_can_help(
    program: Program, query: dict[str, str]
) -> None:
    answer = program("hannah", "read").get(LOGS, query)
    assert answer.status_code == 403
    assert "You may not read its logs." in answer.json()["detail"]
    assert " of airline-data can; so can " in answer.json()["detail"]


@pytest.mark.usefixtures("owned")
def test_the_address_of_a_line_lets_nobody_else_in(people: dict[str, User]) -> None:
    found = {one.component: one for one in PostgresLogs().search(everything())}
    client = Client()
    client.force_login(people["hannah"])
    assert client.get(address(found["checkout"])).status_code == 403
    assert client.get(f"{address(found['checkout'])}panels/values").status_code == 403
    assert client.get(address(found["till"])).status_code == 200
    client.force_login(people["jonas"])
    assert b"ours" in client.get(address(found["checkout"])).content


@pytest.mark.usefixtures("owned")
def test_panels_and_what_is_followed_say_it_in_their_place(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["hannah"])
    panel = client.get("/logs/panels/lines?q=component:checkout").content.decode()
    assert "You may not read its logs." in panel
    assert client.get("/logs/panels/newer?q=component:checkout").status_code == 403
    options = client.get("/logs/panels/offers?q=component:").content.decode()
    assert "checkout" not in options


def everything() -> Wanted:
    span = asking.span({"span": "24h"}, timezone.now())
    return Wanted(span.since, span.window.until)


def address(found: Found) -> str:
    return f"/logs/lines/{asking.key(found)}/"
