"""A component is one thing on the map, however its callers name it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from observability.senders import operations as senders
from observability.servicemap import consumers
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.observability.servicemap.sent import CLIENT, arrived, begin, span

pytestmark = pytest.mark.django_db
CALLERS = {"storefront", "kiosk", "app"}


@pytest.fixture
def cart(people: dict[str, User], airline_data: Team) -> Component:
    """It sends as CartService, and each of its callers says that in another way."""
    now, mira = timezone.now(), people["mira"]
    made = {
        name: catalog.register(name=name, team=airline_data, kind="service", by=mira, now=now)
        for name in ("cart-service", *CALLERS)
    }
    begin()
    senders.admission(names=["CartService"], sender=mira, now=now)
    arrived(
        [
            span("storefront", CLIENT, 1, trace="0" * 31 + "1", peer__service="CartService"),
            span("kiosk", CLIENT, 2, trace="0" * 31 + "2", server__address="cart_service:80"),
            span("app", CLIENT, 3, trace="0" * 31 + "3", peer__service="cart-service"),
            span("app", CLIENT, 4, trace="0" * 31 + "4", peer__service="Cart of somebody"),
        ]
    )
    return made["cart-service"]


def ends(program: Any, query: str) -> set[tuple[str, str, str]]:
    answer = program("mira").get(f"/api/v1/service-map/{query}").json()["results"]
    return {(one["caller"]["name"], one["callee"]["kind"], one["callee"]["name"]) for one in answer}


def test_the_map_joins_its_names(cart: Component, program: Any) -> None:
    calls = {(caller, "component", "cart-service") for caller in CALLERS}
    assert ends(program, "") == {*calls, ("app", "host", "cart of somebody")}
    assert ends(program, "?around=cart-service") == calls
    assert ends(program, "?around=kiosk") == {("kiosk", "component", "cart-service")}


def test_from_one_of_its_callers_the_next_ones_are_found_by_its_name(
    cart: Component, program: Any
) -> None:
    arrived([span("cart-service", CLIENT, 9, trace="0" * 31 + "9", db__system="redis")])
    found = ends(program, "?around=storefront&depth=2")
    assert found == {
        ("storefront", "component", "cart-service"),
        ("cart-service", "database", "redis"),
    }


def test_whoever_calls_it_by_another_name_would_notice_if_it_went(cart: Component) -> None:
    assert {one.name for one in consumers.callers(cart)} == CALLERS


def test_the_graph_of_dependencies_joins_its_names(
    cart: Component, client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["mira"])
    edges = client.get("/catalog/graph/data?from=cart-service&depth=1").json()["edges"]
    found = {(one["source"], one["target"]) for one in edges}
    assert found == {("component:cart-service", f"component:{caller}") for caller in CALLERS}
