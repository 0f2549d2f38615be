"""Whom the provider brings: who they become here, and whose account nobody takes over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.oidc import operations
from portal.oidc.claims import Claims
from portal.oidc.models import Identity
from tests.conftest import NOW, PASSWORD
from tests.portal.oidc.conftest import Go, Provider
from tests.portal.oidc.test_sign_in import text, who

NOOR = {
    "sub": "9",
    "email": "noor@example.com",
    "name": "Noor Haddad",
    "preferred_username": "noor.haddad@example.com",
    "groups": ["flights"],
}


def test_an_account_with_a_password_is_never_taken_over(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    provider.lets_in()  # with mira's address, verified
    answer = go()
    assert (answer.status_code, who(client)) == (403, "")
    assert "it has a password. Sign in with that" in text(answer)
    assert not Identity.objects.exists()
    entry = Entry.objects.get(verb="user.sign_in")
    assert (entry.thing, entry.outcome) == ("mira", Entry.Outcome.REFUSED)


def test_an_address_that_nobody_proved_connects_nothing(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    people["mira"].set_unusable_password()
    people["mira"].save()
    for said in (False, None, "true"):
        provider.lets_in(claims={"email_verified": said, "groups": ["money"]})
        go()
        assert who(client) != "mira"
        client.cookies.clear()


def test_two_accounts_with_one_address_are_told_apart_by_nobody(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    for name in ("mira", "jonas"):
        User.objects.filter(username=name).update(email="mira@example.com", password="!")
    provider.lets_in(claims={"groups": []})
    assert go().status_code == 403
    assert who(client) == ""


def test_the_owner_connects_their_account_and_is_let_in_from_then_on(
    provider: Provider, go: Go, browser: Callable[[str], Client]
) -> None:
    inside = browser("mira")
    provider.lets_in()
    assert go(via=inside).url == "/account/"
    assert "lets you in as mira@example.com" in text(inside.get("/account/"))
    outside = Client()
    go(via=outside)
    assert who(outside) == "mira"


def test_somebody_elses_identity_can_not_be_connected(
    provider: Provider, go: Go, browser: Callable[[str], Client]
) -> None:
    provider.lets_in()
    go(via=browser("mira"))
    answer = go(via=browser("jonas"))
    assert answer.status_code == 422
    assert "knows somebody else here" in text(answer)


def test_an_answer_for_one_person_connects_nobody_elses_account(
    provider: Provider, people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    """Begun as nobody, finished where jonas signed in meanwhile."""
    client = browser("jonas")
    session = client.session
    Client().get("/sign-in/oidc")
    session["oidc"] = {
        "state": "s", "nonce": "n", "verifier": "v", "at": 9e9, "back_to": "/", "user": "",
    }  # fmt: skip
    session.save()
    answer = client.get("/sign-in/oidc/back", {"state": "s", "code": "c"})
    assert "Somebody else signed in here meanwhile" in text(answer)


def test_the_owner_disconnects_again_while_a_password_lets_them_in(
    provider: Provider, go: Go, browser: Callable[[str], Client], people: dict[str, User]
) -> None:
    inside = browser("mira")
    provider.lets_in(claims={"groups": ["money"]})
    go(via=inside)
    inside.post("/account/provider/disconnect", {"yes": "yes"})
    assert not Identity.objects.exists()
    assert not people["mira"].memberships.filter(team__name="finance-data").exists()


def test_the_platform_role_disconnects_somebody_else(
    provider: Provider, go: Go, browser: Callable[[str], Client], people: dict[str, User]
) -> None:
    inside, priya = browser("mira"), browser("priya")
    assert "Disconnect from Keyhouse" not in text(priya.get("/people/mira/"))
    provider.lets_in()
    go(via=inside)
    assert "Disconnect from Keyhouse" in text(priya.get("/people/mira/"))
    assert "Disconnect from Keyhouse" not in text(browser("jonas").get("/people/mira/"))
    assert "Disconnect Mira Okafor from Keyhouse?" in text(priya.get("/people/mira/disconnect"))
    assert browser("jonas").post("/people/mira/disconnect", {"yes": "yes"}).status_code == 403
    assert Identity.objects.exists()
    assert priya.post("/people/mira/disconnect", {"yes": "yes"}).url == "/people/mira/"
    assert not Identity.objects.exists()
    entry = Entry.objects.get(verb="identity.disconnect", outcome="done")
    assert (entry.actor, entry.thing) == (people["priya"], "mira")


def test_a_program_of_the_platform_role_disconnects_too(
    provider: Provider,
    go: Go,
    browser: Callable[[str], Client],
    program: Callable[..., APIClient],
) -> None:
    provider.lets_in()
    go(via=browser("mira"))
    path = "/api/v1/users/mira/disconnect/"
    assert program("jonas").post(path).status_code == 403
    assert program("priya").post(path).status_code == 204
    assert program("priya").post(path).status_code == 409


@pytest.mark.parametrize(("password", "rule"), [("!", "everyone"), ("", "nobody")])
def test_nobody_locks_themselves_out(
    provider: Provider,
    go: Go,
    client: Client,
    people: dict[str, User],
    settings: Settings,
    password: str,
    rule: str,
) -> None:
    """By a password that they do not have, or that lets nobody in here."""
    settings.PASSWORDS_FOR = rule
    if password:
        User.objects.filter(username="mira").update(password=password)
    provider.lets_in()
    go()
    answer = client.post("/account/provider/disconnect", {"yes": "yes"})
    assert answer.status_code == 422
    assert "Nothing else would let you in" in text(answer)
    assert Identity.objects.filter(user=people["mira"]).exists()


def test_a_password_that_lets_nobody_in_keeps_no_account_from_its_owner(
    provider: Provider, go: Go, client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.PASSWORDS_FOR = "platform"
    provider.lets_in()
    go()
    assert who(client) == "mira"
    client.cookies.clear()
    provider.lets_in(claims={"sub": "1", "email": "priya@example.com"})
    assert go().status_code == 403  # hers lets her in


def test_somebody_new_is_made_and_stands_in_the_audit(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    provider.lets_in(claims=NOOR)
    go()
    made = User.objects.get(username="noor-haddad")
    assert (made.full_name, made.has_usable_password()) == ("Noor Haddad", False)
    verbs = Entry.objects.filter(thing="noor-haddad").values_list("verb", flat=True)
    assert sorted(verbs) == ["identity.connect", "user.create", "user.sign_in"]


def test_a_name_that_is_taken_gets_a_number(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    provider.lets_in(claims={**NOOR, "preferred_username": "Mira"})
    go()
    assert who(client) == "mira-2"


@pytest.mark.parametrize(
    ("rule", "groups", "is_made"),
    [
        ("grouped", ["flights"], True),
        ("grouped", ["choir"], False),
        ("everyone", [], True),
        ("nobody", ["flights"], False),
    ],
)
def test_it_is_a_setting_who_is_made(
    provider: Provider,
    go: Go,
    client: Client,
    people: dict[str, User],
    settings: Settings,
    rule: str,
    groups: list[str],
    is_made: bool,
) -> None:
    settings.OIDC_UNKNOWN = rule
    provider.lets_in(claims={**NOOR, "groups": groups})
    answer = go()
    assert bool(who(client)) == is_made
    assert ("Nobody here is known as noor@example.com" in text(answer)) != is_made


def test_whoever_was_switched_off_stays_out(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    User.objects.filter(username="mira").update(password="!", is_active=False)
    provider.lets_in()
    assert "was switched off here" in text(go())
    assert who(client) == ""
    assert not Identity.objects.exists()


def test_names_from_outside_are_cleaned(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    provider.lets_in(
        claims={**NOOR, "name": "Noor\u202e\n<b>Haddad", "preferred_username": "../Nöör"}
    )
    go()
    assert User.objects.get(email="noor@example.com").full_name == "Noor <b>Haddad"
    assert who(client) == "noor"
    assert "<b>Haddad" not in text(client.get("/account/"))


def claims(**more: object) -> Claims:
    said = {
        "issuer": "https://id.example", "subject": "1", "email": "", "is_email_verified": False,
        "full_name": "", "wished_name": "", "groups": frozenset(),
    }  # fmt: skip
    return Claims(**(said | more))


def test_the_second_of_two_first_sign_ins_at_once_finds_the_first(
    people: dict[str, User], settings: Settings
) -> None:
    settings.OIDC_UNKNOWN, settings.OIDC_ISSUER = "everyone", "https://id.example"
    first = operations.sign_in(claims=claims(wished_name="noor"), now=NOW)
    assert operations.sign_in(claims=claims(wished_name="noor"), now=NOW) == first
    other = operations.sign_in(claims=claims(wished_name="noor", subject="2"), now=NOW)
    assert other.username == "noor-2"


def test_passwords_of_those_who_have_one_go_on_working(
    provider: Provider, go: Go, browser: Callable[[str], Client]
) -> None:
    provider.lets_in()
    go(via=browser("mira"))
    again = Client()
    again.post("/sign-in", {"username": "mira", "password": PASSWORD})
    assert who(again) == "mira"
