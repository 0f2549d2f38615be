"""What services depend on is declared by their maintainers, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.declarations import operations
from portal.errors import Moved, NotAllowed, Refused
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(people: dict[str, User], airline_data: Team) -> Component:
    return catalog.register(
        name="checkout", team=airline_data, kind="service", by=people["ines"], now=NOW
    )


def held(component: Component) -> list[tuple[str, str, str]]:
    rows = Dependency.objects.filter(component=component, source="declared")
    return list(rows.order_by("kind", "direction").values_list("direction", "kind", "name"))


def test_data_go_into_a_queue_and_out_of_all_else(
    checkout: Component, people: dict[str, User]
) -> None:
    for kind, name, takes in (
        ("database", "postgresql orders", False),
        ("queue", "kafka paid", False),
        ("queue", "kafka orders", True),
    ):
        operations.declare(
            component=checkout, kind=kind, name=name, takes=takes, by=people["ines"], now=NOW
        )
    assert held(checkout) == [
        ("reads", "database", "postgresql orders"),
        ("feeds", "queue", "kafka paid"),
        ("reads", "queue", "kafka orders"),
    ]
    operations.take_back(
        component=checkout, kind="queue", name="kafka paid", by=people["ines"], now=NOW
    )
    assert len(held(checkout)) == 2
    verbs = Entry.objects.filter(component="checkout").values_list("verb", flat=True)
    assert sorted(verbs)[:4] == ["component.declare"] * 3 + ["component.register"]


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("component", "nothing", "There is no component called “nothing”"),
        ("planet", "mars", "Choose one of component"),
        ("host", " ", "1 to 60 characters"),
        ("host", "h" * 61, "1 to 60 characters"),
    ],
)
def test_what_can_not_be_is_refused_in_words(
    checkout: Component, people: dict[str, User], kind: str, name: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        operations.declare(component=checkout, kind=kind, name=name, by=people["ines"], now=NOW)


def test_twice_is_refused_and_so_is_taking_back_what_is_not_there(
    checkout: Component, people: dict[str, User]
) -> None:
    given: dict[str, Any] = {
        "component": checkout,
        "kind": "host",
        "name": "smtp",
        "now": NOW,
    }
    operations.declare(**given, by=people["ines"])
    with pytest.raises(Moved, match="declares smtp already"):
        operations.declare(**given, by=people["ines"])
    operations.take_back(**given, by=people["ines"])
    with pytest.raises(Moved, match="does not declare smtp"):
        operations.take_back(**given, by=people["ines"])
    with pytest.raises(NotAllowed):
        operations.declare(**given, by=people["mira"])


def test_a_files_own_word_stands(people: dict[str, User], airline_data: Team) -> None:
    made = catalog.register(
        name="by-file", team=airline_data, kind="transformation", by=people["ines"], now=NOW
    )
    with pytest.raises(Refused, match="says what it reads"):
        operations.declare(component=made, kind="host", name="x", by=people["ines"], now=NOW)


def test_the_dialog_and_the_api_do_the_same(
    checkout: Component,
    people: dict[str, User],
    client: Client,
    program: Callable[..., APIClient],
) -> None:
    client.force_login(people["ines"])
    page = client.get("/components/checkout/declare?kind=taken&name=kafka+orders").content.decode()
    assert 'value="kafka orders"' in page
    done = client.post("/components/checkout/declare", {"kind": "taken", "name": "kafka orders"})
    assert done.status_code == 302
    assert held(checkout) == [("reads", "queue", "kafka orders")]
    given = {"kind": "queue", "name": "kafka orders", "takes": True}
    api = program("ines")
    assert api.post("/api/v1/components/checkout/declare/", given).status_code == 409
    assert api.post("/api/v1/components/checkout/undeclare/", given).status_code == 204
    assert held(checkout) == []
