"""The dialogs of teams: a new one, its words, who comes in, rises and leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts.models import Membership, Role, Team, User

Browser = Callable[[str], Client]
Program = Callable[..., APIClient]


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def role(team: str, name: str) -> str | None:
    held = Membership.objects.filter(team__name=team, user__username=name).first()
    return held.role if held else None


def test_a_new_team_asks_for_its_first_maintainer(browser: Browser) -> None:
    priya = browser("priya")
    made = priya.post("/teams/new", {"name": "billing", "title": "Billing"})
    assert made.headers["Location"] == "/teams/billing/"
    assert "Add the first maintainer…" in read(priya, "/teams/billing/")
    asked = read(priya, "/teams/billing/members/add")
    assert 'value="maintainer" checked' in asked
    assert "begin with a maintainer" in asked


def test_an_empty_house_has_a_button_for_who_may_and_words_for_others(
    people: dict[str, User], browser: Browser
) -> None:
    Team.objects.all().delete()
    assert "New team…" in read(browser("priya"), "/teams/")
    shown = read(browser("mira"), "/teams/")
    assert "New team…" not in shown
    assert "Someone with the platform role makes the first one" in shown


def test_a_maintainer_lets_in_changes_and_takes_out(browser: Browser) -> None:
    ines = browser("ines")
    asked = read(ines, "/teams/airline-data/members/add")
    assert '<option value="hannah">Hannah Lind</option>' in asked
    assert '<option value="mira">' not in asked  # is in it
    ines.post("/teams/airline-data/members/add", {"user": " Hannah ", "role": "viewer"})
    assert role("airline-data", "hannah") == Role.VIEWER
    there = "/teams/airline-data/members/hannah"
    assert 'value="viewer" checked' in read(ines, f"{there}/change")
    ines.post(f"{there}/change", {"role": "developer"})
    assert role("airline-data", "hannah") == Role.DEVELOPER
    assert ines.post(f"{there}/remove").headers["Location"] == "/teams/airline-data/"
    assert role("airline-data", "hannah") is None
    assert ines.get(f"{there}/change").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"user": "nobody", "role": "viewer"}, "There is nobody called “nobody”"),
        ({"user": "hannah"}, "Choose a role."),
        ({"user": "hannah", "role": "king"}, "Choose one of these."),
    ],
)
def test_what_is_wrong_is_said(browser: Browser, given: dict[str, str], words: str) -> None:
    answer = browser("ines").post("/teams/airline-data/members/add", given)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_last_maintainer_is_told_in_the_dialog(browser: Browser) -> None:
    for verb, given in (("remove", {}), ("change", {"role": "viewer"})):
        answer = browser("hannah").post(f"/teams/finance-data/members/hannah/{verb}", given)
        assert "is the last maintainer of finance-data" in answer.content.decode()


def test_a_person_joins_a_team_from_their_own_page(browser: Browser) -> None:
    ines = browser("ines")
    asked = read(ines, "/people/hannah/join")
    assert 'value="airline-data"' in asked
    assert 'value="finance-data"' not in asked  # is not hers to let into
    ines.post("/people/hannah/join", {"team": "airline-data", "role": "developer"})
    assert role("airline-data", "hannah") == Role.DEVELOPER
    refused = ines.post("/people/mira/join", {"team": "finance-data", "role": "developer"})
    assert refused.status_code == 403


def test_who_may_not_sees_no_buttons(browser: Browser) -> None:
    shown = read(browser("mira"), "/teams/airline-data/")
    assert "Add…" not in shown
    assert "Edit…" not in shown
    assert "/members/jonas/change" not in shown


def test_a_team_is_called_otherwise(browser: Browser, program: Program) -> None:
    browser("ines").post("/teams/airline-data/edit", {"title": "Flights", "description": "All."})
    assert "Flights" in read(browser("mira"), "/teams/")
    changed = program("ines").patch("/api/v1/teams/airline-data/", {"title": "Airlines"}).json()
    assert (changed["title"], changed["description"], changed["members"]) == ("Airlines", "All.", 4)
