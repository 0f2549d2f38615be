"""The dialogs in which a team gives others the use of what it answers for, and takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client

from portal.accounts.models import Grant, Team
from portal.audit.models import Entry
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_use_and_rows_are_given_apart_and_why_is_kept(
    house: House, finance_data: Team, browser: Browser
) -> None:
    ines = browser("ines")
    asked = read(ines, "/connections/nyc-files/give")
    assert "See rows" in asked
    for use in ("use", "rows"):
        given = {"team": "finance-data", "use": use, "reason": "For the close."}
        answer = ines.post("/connections/nyc-files/give", given)
        assert answer.headers["Location"] == "/connections/nyc-files/"
    assert set(Grant.objects.filter(team=finance_data).values_list("use", flat=True)) == {
        "use",
        "rows",
    }
    assert "“For the close.”" in read(ines, "/connections/nyc-files/")
    assert "nyc-files" in read(browser("hannah"), "/teams/finance-data/")


def test_of_a_client_there_is_nothing_to_choose(
    house: House, finance_data: Team, browser: Browser
) -> None:
    ines = browser("ines")
    assert "See rows" not in read(ines, "/clients/acme-travel/give")
    ines.post("/clients/acme-travel/give", {"team": "finance-data"})
    ines.post("/destinations/acme-drop/give", {"team": "finance-data"})
    assert Grant.objects.filter(team=finance_data).count() == 2


def test_giving_twice_and_to_nobody_is_told(house: House, browser: Browser) -> None:
    again = browser("ines").post("/clients/acme-travel/give", {"team": "airline-data"})
    assert (again.status_code, b"already has this grant" in again.content) == (409, True)
    nobody = browser("ines").post("/clients/acme-travel/give", {"team": "no-team"})
    assert (nobody.status_code, b"Choose one of these." in nobody.content) == (422, True)


def test_taking_back_names_what_stops(house: House, browser: Browser, now: datetime) -> None:
    grant = Grant.objects.get(kind="connection", name="nyc-files", use="use")
    ines = browser("ines")
    assert "Nothing of airline-data is known to use it" in read(ines, f"/grants/{grant.pk}/take")
    house.register(file(), now=now)
    assert "That stops carrier-punctuality." in read(ines, f"/grants/{grant.pk}/take")


def test_a_grant_that_is_gone_is_told(house: House, browser: Browser) -> None:
    grant = Grant.objects.get(kind="client", name="acme-travel")
    ines = browser("ines")
    assert f"/grants/{grant.pk}/take" in read(ines, "/clients/acme-travel/")
    taken = ines.post(f"/grants/{grant.pk}/take", {"reason": "Contract ended."})
    assert taken.headers["Location"] == "/clients/acme-travel/"
    assert Entry.objects.latest("id").reason == "Contract ended."
    again = ines.post(f"/grants/{grant.pk}/take")
    assert (again.status_code, b"may have been taken back" in again.content) == (404, True)


def test_who_may_not_sees_no_buttons(house: House, browser: Browser) -> None:
    for page in ("/connections/nyc-files/", "/clients/acme-travel/", "/destinations/acme-drop/"):
        shown = read(browser("mira"), page)
        assert "Take back…" not in shown
        assert "Give…" not in shown
