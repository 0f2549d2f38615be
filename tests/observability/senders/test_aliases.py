"""However many ways a name is written: few of them are kept, and none by whoever may not send."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client

from observability.senders import aliases, operations, queries
from observability.senders.models import Service
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
SPELLINGS = [f"Cart{''.join(marks)}Service" for marks in product("._ :", repeat=5)]


@pytest.fixture
def cart(people: dict[str, User], finance_data: Team) -> Component:
    return catalog.register(
        name="cart-service", team=finance_data, kind="service", by=people["hannah"], now=NOW
    )


def test_a_stranger_who_is_refused_a_thousand_times_writes_none_of_it_anywhere(
    cart: Component, people: dict[str, User], client: Client
) -> None:
    assert {aliases.of(name) for name in SPELLINGS} == {"cart-service"}
    for names in (SPELLINGS[:500], SPELLINGS):
        answer = operations.admission(names=names, sender=people["mira"], now=NOW)
        assert all("belongs to finance-data" in answer(name) for name in names)
    row = Service.objects.get()
    assert (row.name, row.alias, row.sender) == ("cart-service", "", None)
    assert (row.refused_at, row.refused_sender) == (NOW, people["mira"])
    client.force_login(people["hannah"])
    assert "Telemetry comes as" not in client.get("/components/cart-service/").content.decode()


def test_a_name_that_was_only_refused_is_not_what_telemetry_comes_as(
    cart: Component, people: dict[str, User]
) -> None:
    Service.objects.create(
        name="Cart.Service", alias="cart-service", refused_at=NOW, refused_sender=people["mira"]
    )
    operations.admission(names=["cart-service"], sender=people["hannah"], now=NOW)
    assert queries.seen_as("cart-service") == []
    [itself] = queries.known(Service.objects.filter(name="cart-service"))
    assert itself.others == ()


def test_a_teams_own_names_are_all_taken_and_a_few_are_kept(
    cart: Component, people: dict[str, User]
) -> None:
    for names in (SPELLINGS[:500], SPELLINGS):
        answer = operations.admission(names=names, sender=people["hannah"], now=NOW)
        assert [name for name in names if answer(name)] == []
    assert Service.objects.count() == aliases.MOST
    assert len(queries.seen_as("cart-service")) == aliases.MOST
    [first, *_] = queries.known(Service.objects.order_by("name"))
    assert len(first.others) == aliases.MOST - 1


def test_what_code_without_aliases_took_note_of_gets_its_component(
    people: dict[str, User],
) -> None:
    for name in ("CartService", "unknown_service:python3", "till"):
        Service.objects.create(
            name=name, sender=people["mira"], first_seen_at=NOW, last_seen_at=NOW
        )
    assert operations.introduce(now=NOW) == 2
    seen = Component.objects.filter(seen_at=NOW).values_list("name", flat=True)
    assert set(seen) == {"cart-service", "till"}
    assert queries.seen_as("cart-service") == ["CartService"]
    assert set(Service.objects.exclude(name="CartService").values_list("alias", flat=True)) == {""}
