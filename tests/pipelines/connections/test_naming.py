"""The dialogs in which clients and destinations are named, called otherwise, and taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client as Browsing
from rest_framework.test import APIClient

from pipelines.connections.models import Binding, Client, Connection, Destination
from portal.accounts.models import User
from portal.audit.models import Entry
from tests.pipelines.factories import House, file

Browser = Callable[[str], Browsing]
Program = Callable[..., APIClient]
GLOBEX = {"title": "Globex", "name": "globex", "team": "airline-data"}


def read(client: Browsing, address: str) -> str:
    return client.get(address).content.decode()


def test_a_client_is_named_then_where_it_takes_data(house: House, browser: Browser) -> None:
    ines = browser("ines")
    made = ines.post("/clients/new", {**GLOBEX, "contact": "Ann"})
    assert made.headers["Location"] == "/clients/globex/"
    assert "Say where they take data…" in read(ines, "/clients/globex/")
    assert 'value="airline-data" selected' in read(ines, "/clients/globex/destinations/new")
    given = {"name": "globex-hook", "kind": "webhook", "team": "airline-data"}
    made = ines.post("/clients/globex/destinations/new", given)
    assert made.headers["Location"] == "/destinations/globex-hook/"
    assert Destination.objects.get(name="globex-hook").client.name == "globex"


def test_what_is_wrong_stands_at_its_field(house: House, browser: Browser) -> None:
    answer = browser("ines").post("/clients/new", {**GLOBEX, "name": "acme-travel"})
    assert answer.status_code == 422
    assert "There is already a client called acme-travel" in answer.content.decode()
    foreign = browser("hannah").post("/clients/new", GLOBEX)
    assert (foreign.status_code, b"You may not" in foreign.content) == (403, True)


@pytest.mark.parametrize(
    ("page", "given", "kept"),
    [
        ("/connections/nyc-files/", {"title": "Flights", "description": "All."}, Connection),
        ("/clients/acme-travel/", {"title": "Acme", "contact": "Ann"}, Client),
        ("/destinations/acme-drop/", {"title": "The drop"}, Destination),
    ],
)
def test_words_are_changed(
    house: House, browser: Browser, page: str, given: dict[str, str], kept: type
) -> None:
    ines = browser("ines")
    assert f"{page}edit" in read(ines, page)
    assert ines.post(f"{page}edit", given).headers["Location"] == page
    name = page.split("/")[2]
    assert kept.objects.filter(name=name, **given).exists()
    assert Entry.objects.latest("id").after == given
    assert f"{page}edit" not in read(browser("mira"), page)


def test_what_was_used_stays_and_says_why(house: House, browser: Browser, now: datetime) -> None:
    house.register(file(), now=now)
    ines = browser("ines")
    for page in ("/clients/acme-travel/", "/destinations/acme-drop/"):
        asked = read(ines, f"{page}remove")
        assert "stays:" in asked
        assert "Keep it" not in asked  # there is nothing to confirm
        assert ines.post(f"{page}remove").status_code == 422


def test_what_nothing_uses_goes(house: House, browser: Browser) -> None:
    ines = browser("ines")
    ines.post("/clients/new", GLOBEX)
    place = {"name": "globex-hook", "kind": "webhook", "team": "airline-data"}
    ines.post("/clients/globex/destinations/new", place)
    assert "it takes data at globex-hook" in read(ines, "/clients/globex/remove")
    gone = ines.post("/destinations/globex-hook/remove", {"reason": "Never began."})
    assert gone.headers["Location"] == "/clients/globex/"
    assert Entry.objects.latest("id").reason == "Never began."
    assert ines.post("/clients/globex/remove").headers["Location"] == "/clients/"
    assert not Client.objects.filter(name="globex").exists()


def test_an_empty_house_has_a_button_for_who_may(people: dict[str, User], browser: Browser) -> None:
    Binding.objects.all().delete()
    for page, button in (("/clients/", "New client…"), ("/connections/", "New connection…")):
        assert button in read(browser("ines"), page)
        shown = read(browser("mira"), page)
        assert button not in shown
        assert "A maintainer names it for their team" in shown


def test_a_program_does_the_same(house: House, program: Program, now: datetime) -> None:
    ines = program("ines")
    for noun, given in (
        ("connections/nyc-files", {"description": "All flights."}),
        ("clients/acme-travel", {"contact": "Ann"}),
        ("destinations/acme-drop", {"title": "The drop"}),
    ):
        changed = ines.patch(f"/api/v1/{noun}/", given).json()
        assert {name: changed[name] for name in given} == given
    ines.post("/api/v1/clients/", GLOBEX)
    assert ines.delete("/api/v1/clients/globex/").status_code == 204
    house.register(file(), now=now)
    stays = ines.delete("/api/v1/destinations/acme-drop/")
    assert (stays.status_code, "acme-drop stays" in stays.json()["detail"]) == (422, True)
