"""The dialogs in which the platform team lets people in and out, and people choose passwords."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from pytest_django import Settings

from portal.accounts import operations as accounts
from portal.accounts.models import User
from tests.conftest import NOW, PASSWORD

Browser = Callable[[str], Client]
People = dict[str, User]


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_somebody_is_let_in_with_the_password_that_was_offered(browser: Browser) -> None:
    priya = browser("priya")
    assert "Let somebody in…" in read(priya, "/people/")
    offered = re.search(r'value="((?:[a-z2-9]{5}-){3}[a-z2-9]{5})"', read(priya, "/people/new"))
    assert offered
    given = {"full_name": "Noor Haddad", "username": "noor", "password": offered[1]}
    assert priya.post("/people/new", given).headers["Location"] == "/people/noor/"
    page = read(priya, "/people/noor/")
    assert "Add to a team…" in page
    assert "never seen" in page
    came = Client().post("/sign-in", {"username": "noor", "password": offered[1]})
    assert came.status_code == 302


def test_what_is_wrong_stands_at_its_field(browser: Browser) -> None:
    given = {"full_name": "Mira Two", "username": "mira", "password": "short"}
    answer = browser("priya").post("/people/new", given)
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    answer = browser("priya").post("/people/new", {**given, "password": ""})
    assert "There is already a person called mira." in answer.content.decode()


def test_where_no_password_lets_in_none_is_asked_for(browser: Browser, settings: Settings) -> None:
    settings.PASSWORDS_FOR = "nobody"
    priya = browser("priya")
    assert "First password" not in read(priya, "/people/new")
    priya.post("/people/new", {"full_name": "Noor Haddad", "username": "noor"})
    assert not User.objects.get(username="noor").has_usable_password()


def test_switching_off_says_what_ends_and_can_be_undone(people: People, browser: Browser) -> None:
    accounts.issue_token(
        user=people["hannah"], name="ci", scopes=["read"], expires_at=None, by=people["hannah"],
        now=NOW.replace(year=NOW.year + 900),
    )  # fmt: skip
    priya = browser("priya")
    asked = read(priya, "/people/hannah/switch")
    assert "1 token of their programs stops" in asked
    assert "Nobody else is a maintainer of finance-data" in asked
    priya.post("/people/hannah/switch", {"to": "off", "reason": "Left."})
    page = read(priya, "/people/hannah/")
    assert "Switched off" in page
    assert "Let in again…" in page
    priya.post("/people/hannah/switch", {"to": "on"})
    assert User.objects.get(username="hannah").is_active


def test_what_the_page_offered_is_what_is_done(people: People, browser: Browser) -> None:
    """Whoever looks at an old page gives nothing that somebody else just took, nor takes it."""
    priya = browser("priya")
    User.objects.filter(username="ines").update(is_platform=True)
    priya.post("/people/ines/role", {"to": "platform", "reason": "Helps us."})
    assert User.objects.get(username="ines").is_platform
    assert priya.post("/people/ines/role", {"reason": "No word of which."}).status_code == 422


def test_the_last_is_told_in_the_dialog(browser: Browser) -> None:
    answer = browser("priya").post("/people/priya/role", {"to": "none", "reason": "Done."})
    assert answer.status_code == 422
    assert "is the last person with the platform role" in answer.content.decode()


def test_names_are_changed(browser: Browser) -> None:
    browser("priya").post("/people/jonas/edit", {"full_name": "Jonas Brandt", "email": ""})
    assert User.objects.get(username="jonas").full_name == "Jonas Brandt"


def test_one_chooses_another_password_and_stays_signed_in_here(browser: Browser) -> None:
    mira, elsewhere = browser("mira"), browser("mira")
    assert "Choose another password…" in read(mira, "/account/")
    new = "another way down to the sea"
    wrong = mira.post("/people/mira/password", {"current": "not it", "password": new})
    assert "That is not your present password." in wrong.content.decode()
    done = mira.post("/people/mira/password", {"current": PASSWORD, "password": new})
    assert done.headers["Location"] == "/account/"
    assert mira.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert User.objects.get(username="mira").check_password(new)


def test_the_platform_gives_a_new_one_without_knowing_the_old(browser: Browser) -> None:
    priya = browser("priya")
    asked = read(priya, "/people/mira/password")
    assert "Present password" not in asked
    assert "Made just now" in asked
    priya.post("/people/mira/password", {"password": "another way down to the sea"})
    assert User.objects.get(username="mira").check_password("another way down to the sea")


def test_others_see_neither_the_buttons_nor_when_somebody_was_here(browser: Browser) -> None:
    ines = browser("ines")
    page = read(ines, "/people/mira/")
    for words in ("Switch off…", "Edit…", "last seen", "in use"):
        assert words not in page
    assert "in use" in read(ines, "/people/ines/")  # of oneself one knows
    for verb in ("edit", "role", "switch", "password"):
        assert ines.get(f"/people/mira/{verb}").status_code == 403
