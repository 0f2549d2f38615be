"""The catalog narrowed down, counted, sorted and paged, all by its address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Team, User
from portal.catalog import listing, operations
from portal.catalog.listing import Listing
from portal.catalog.models import Component
from portal.facets import Facet
from tests.conftest import NOW

Browser = Callable[[str], Client]


def register(by: User, team: Team, name: str, **given: Any) -> None:
    operations.register(name=name, team=team, by=by, **{"kind": "service", "now": NOW, **given})


@pytest.fixture
def house(people: dict[str, User], airline_data: Team, finance_data: Team) -> dict[str, User]:
    mira, hannah = people["mira"], people["hannah"]
    register(mira, airline_data, "gate-api", kind="api", tier=1, description="Where planes stand.")
    register(mira, airline_data, "seat-map", tier=2)
    register(mira, airline_data, "crew-rota", now=NOW + timedelta(days=1))
    register(hannah, finance_data, "invoices", kind="library", tier=1)
    return people


def ask(who: User, **given: str) -> Listing:
    return Listing(listing.read(given), who, NOW)


def names(found: Listing, after: str = "") -> list[str]:
    return [row.name for row in found.page(after).rows]


def values(facets: list[Facet], title: str) -> dict[str, int | None]:
    return {v.value: v.number for facet in facets if facet.title == title for v in facet.values}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["crew-rota", "gate-api", "invoices", "seat-map"]),
        ({"team": "finance-data"}, ["invoices"]),
        ({"kind": "service", "tier": "2"}, ["seat-map"]),
        ({"q": "planes"}, ["gate-api"]),
        ({"q": "sea"}, ["seat-map"]),
        ({"mine": "1"}, ["crew-rota", "gate-api", "seat-map"]),
        ({"live": "nowhere", "tier": "1"}, ["gate-api", "invoices"]),
        ({"live": "production"}, []),
        ({"stands": "paused"}, []),
        ({"runs": "failing"}, []),
        ({"tier": "first", "sort": "sideways", "stands": ""}, "all"),
        ({"runs": "no-such-thing"}, []),
        ({"sort": "tier"}, ["gate-api", "invoices", "seat-map", "crew-rota"]),
        ({"sort": "newest"}, "crew-rota first"),
    ],
)
def test_it_is_narrowed_down_by_its_address(
    house: dict[str, User], given: dict[str, str], found: list[str] | str
) -> None:
    answer = names(ask(house["mira"], **given))
    if found == "all":
        assert len(answer) == 4
    elif found == "crew-rota first":
        assert answer[0] == "crew-rota"
    else:
        assert answer == found


def test_each_value_says_how_many_it_would_leave(house: dict[str, User]) -> None:
    asked = ask(house["mira"], team="airline-data", kind="service")
    facets = asked.facets({"team": "airline-data", "kind": "service"})
    assert asked.total == 2
    assert values(facets, "Kind") == {"service": 2, "api": 1}, "its own choice does not count"
    assert values(facets, "Tier") == {"2": 1, "3": 1}
    assert values(facets, "Team") == {"airline-data": 2}, "finance-data has no service"
    assert values(facets, "Yours") == {"1": 2}
    assert values(facets, "Lifecycle") == {}, "one value that all have is no choice"


def test_a_choice_is_an_address_and_the_chosen_one_takes_itself_away(
    house: dict[str, User],
) -> None:
    given = {"kind": "service", "q": "a", "after": "b"}
    facets = ask(house["mira"], **given).facets(given)
    kinds = {v.value: v.url for facet in facets if facet.title == "Kind" for v in facet.values}
    assert kinds["service"] == "?q=a", "and the first page comes again"
    assert kinds["api"] == "?q=a&kind=api"


@pytest.mark.parametrize("sort", ["name", "tier", "newest"])
def test_pages_have_everything_once(
    house: dict[str, User], airline_data: Team, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    for number in range(6):
        register(house["mira"], airline_data, f"more-{number}", tier=number % 4 + 1)
    asked, after, seen = ask(house["mira"], sort=sort), "", []
    while True:
        page = asked.page(after)
        seen += [row.name for row in page.rows]
        if not (after := page.more):
            break
    assert len(seen) == 10
    assert set(seen) == set(Component.objects.values_list("name", flat=True))
    assert names(asked, "nonsense~") != []


def test_where_nothing_fits_it_says_what_near_it_does(
    browser: Browser, house: dict[str, User]
) -> None:
    page = browser("jonas").get("/components/", {"q": "invoises"}).content.decode()
    assert "Did you mean" in page
    assert "?q=invoices" in page
    page = browser("jonas").get("/components/", {"tier": "4"}).content.decode()
    assert "Take one of the choices above away" in page
