"""Words in every line of everything are not looked for; the page says what to ask instead."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from observability.logs.stores.postgres import PostgresLogs
from observability.senders.models import Service
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from tests.contracts.test_log_stores import line

pytestmark = pytest.mark.django_db
WAY = re.compile(r'<a class="button button-small" href="(\?q=[^"]*)">((?:Among|In) [^<]*)</a>')


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["jonas"])
    return client


@pytest.fixture(autouse=True)
def written(people: dict[str, User], airline_data: Team) -> None:
    """ledger and checkout are of jonas's team, vault is of another one, till is nobody's."""
    now = timezone.now()
    for name, team, by in (
        ("ledger", airline_data, "ines"),
        ("checkout", airline_data, "ines"),
        ("vault", Team.objects.get(name="finance-data"), "hannah"),
    ):
        catalog.register(name=name, team=team, kind="service", by=people[by], now=now)
    ago = {"checkout": 1, "ledger": 2, "vault": 3, "till": 4}
    for name, minutes in ago.items():
        at = now - timedelta(minutes=minutes)
        PostgresLogs().write([line("a needle", at, component=name)])
        Service.objects.create(name=name, first_seen_at=at, last_seen_at=at)


def ways(page: str) -> dict[str, str]:
    return {words: unescape(address) for address, words in WAY.findall(page)}


def test_it_offers_the_same_among_warnings_and_in_a_day_of_ones_own_components_first(
    reader: Client,
) -> None:
    answer = reader.get("/logs/", {"q": "needle environment:production", "span": "7d"})
    assert answer.status_code == 200
    found = ways(answer.content.decode())
    assert list(found) == [
        "Among warnings and worse",
        "In checkout, last 24 hours",
        "In ledger, last 24 hours",
        "In till, last 24 hours",
    ]
    asked = "?q=needle+environment%3Aproduction"
    assert found["Among warnings and worse"] == f"{asked}+level%3Awarn%2B&span=7d"
    assert found["In ledger, last 24 hours"] == f"{asked}+component%3Aledger&span=24h"


def test_each_way_is_a_question_that_is_answered(reader: Client) -> None:
    page = reader.get("/logs/", {"q": "level:info needle", "span": "30d"}).content.decode()
    for words, address in ways(page).items():
        answered = reader.get(f"/logs/{address}").content.decode()
        assert "takes too long" not in answered, words
        assert ("a needle" in answered) is words.startswith("In "), words


def test_the_patterns_of_it_stay_patterns(reader: Client) -> None:
    page = reader.get("/logs/", {"q": "needle", "view": "patterns"}).content.decode()
    assert all(address.endswith("&view=patterns") for address in ways(page).values())


def test_a_fixed_time_is_kept_as_far_as_a_day_of_it_goes(reader: Client) -> None:
    time = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-05T12:00:00Z"}
    found = ways(reader.get("/logs/", {"q": "needle", **time}).content.decode())
    asked = found["In checkout, 4 Jan, 12:00 to 5 Jan, 12:00"]
    assert "since=2026-01-04T12%3A00%3A00.000Z&until=2026-01-05T12%3A00%3A00.000Z" in asked


def test_who_named_a_component_is_offered_its_last_day(reader: Client) -> None:
    page = reader.get("/logs/", {"q": "needle component:ledger", "span": "7d"}).content.decode()
    assert list(ways(page)) == ["Among warnings and worse", "In ledger, last 24 hours"]


def test_what_is_left_out_is_not_offered(reader: Client) -> None:
    page = reader.get("/logs/", {"q": "needle -component:ledger"}).content.decode()
    assert "In ledger, last 24 hours" not in ways(page)


def test_facets_stay_and_each_carries_the_question_on(reader: Client) -> None:
    address = "/logs/panels/facets?q=needle"
    assert address in reader.get("/logs/?q=needle").content.decode()
    page = reader.get(address).content.decode()
    assert "Of all lines of this time" in page
    assert 'href="/logs/?q=needle+component%3Acheckout"' in page
    assert "vault" not in page


def test_what_can_not_be_read_is_still_refused(reader: Client) -> None:
    assert reader.get("/logs/?q=level:loud").status_code == 422
