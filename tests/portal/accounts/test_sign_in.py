"""Signing in: in words, in the same time for every name, and never by guessing on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import NotAllowed
from portal.sign_in import operations
from portal.sign_in.limiting import TooMany
from portal.sign_in.models import SignInTry
from portal.sign_in.tries import PER_ADDRESS, PER_NAME, WINDOW
from tests.conftest import NOW, PASSWORD

HERE = "192.0.2.7"


def sign_in(name: str, password: str = PASSWORD, address: str = HERE, after: float = 0) -> User:
    return operations.sign_in(
        username=name, password=password, address=address, now=NOW + timedelta(seconds=after)
    )


def fail(times: int, name: str = "mira", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(NotAllowed, match="don't belong together"):
            sign_in(name, "wrong", address)


def test_the_right_password_lets_in_and_is_audited(people: dict[str, User]) -> None:
    assert sign_in("mira") == people["mira"]
    entry = Entry.objects.get(verb="user.sign_in")
    assert (entry.actor, entry.outcome) == (people["mira"], Entry.Outcome.DONE)


def test_names_are_not_told_apart_by_case(people: dict[str, User]) -> None:
    assert sign_in(" Mira ") == people["mira"]


@pytest.mark.parametrize("name", ["nobody", "mira", ""])
def test_a_wrong_name_and_a_wrong_password_are_told_the_same(
    people: dict[str, User], name: str
) -> None:
    with pytest.raises(NotAllowed, match="This name and password don't belong together"):
        sign_in(name, "wrong")


def test_a_name_that_does_not_exist_takes_as_long(
    people: dict[str, User], settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    people["mira"].set_password(PASSWORD)
    people["mira"].save(update_fields=["password"])

    def seconds(name: str) -> float:
        start = perf_counter()
        with pytest.raises(NotAllowed):
            sign_in(name, "wrong")
        return perf_counter() - start

    assert seconds("nobody") > seconds("mira") / 4


def test_a_person_who_is_switched_off_stays_out(people: dict[str, User]) -> None:
    User.objects.filter(username="mira").update(is_active=False)
    with pytest.raises(NotAllowed):
        sign_in("mira")


def test_after_five_wrong_passwords_even_the_right_one_is_not_looked_at(
    people: dict[str, User],
) -> None:
    fail(PER_NAME)
    with pytest.raises(TooMany, match="wait 15 minutes"):
        sign_in("mira")


def test_the_lock_is_for_one_name_from_one_place(people: dict[str, User]) -> None:
    fail(PER_NAME)
    assert sign_in("jonas") == people["jonas"]
    assert sign_in("mira", address="198.51.100.1") == people["mira"]


def test_it_opens_again_after_a_while(people: dict[str, User]) -> None:
    fail(PER_NAME)
    assert sign_in("mira", after=WINDOW.total_seconds() + 1) == people["mira"]


def test_success_forgets_the_tries_before(people: dict[str, User]) -> None:
    fail(PER_NAME - 1)
    sign_in("mira")
    fail(PER_NAME - 1)
    assert sign_in("mira") == people["mira"]


def test_one_place_can_not_try_many_names(people: dict[str, User]) -> None:
    for number in range(PER_ADDRESS):
        fail(1, f"guess-{number}")
    with pytest.raises(TooMany):
        sign_in("jonas")


def test_the_lock_out_of_a_person_is_audited_once(people: dict[str, User]) -> None:
    fail(PER_NAME)
    for _ in range(3):
        with pytest.raises(TooMany):
            sign_in("mira")
    entry = Entry.objects.get(verb="user.sign_in", outcome=Entry.Outcome.REFUSED)
    assert (entry.thing, entry.actor) == ("mira", None)


def test_what_was_typed_as_a_name_is_kept_nowhere(people: dict[str, User]) -> None:
    for _ in range(PER_NAME + 2):
        with pytest.raises((NotAllowed, TooMany)):
            sign_in("my-secret-password", "wrong")
    assert not Entry.objects.filter(thing__contains="secret").exists()
    assert not SignInTry.objects.filter(key__contains="secret").exists()


def post(client: Client, **fields: str) -> object:
    return client.post("/sign-in", {"username": "mira", "password": PASSWORD, **fields})


def test_the_page_leads_where_one_came_from(people: dict[str, User], client: Client) -> None:
    first = client.get("/audit/?actor=mira")
    assert first.url == "/sign-in?next=%2Faudit%2F%3Factor%3Dmira"
    assert post(client, next="/audit/?actor=mira").url == "/audit/?actor=mira"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_page_leads_nowhere_else(people: dict[str, User], client: Client, address: str) -> None:
    assert post(client, next=address).url == django_settings.LOGIN_REDIRECT_URL


def test_the_session_gets_a_new_key(people: dict[str, User], client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    post(client)
    assert client.session.session_key != before


def test_another_password_ends_sessions(
    browser: Callable[[str], Client], people: dict[str, User]
) -> None:
    client = browser("mira")
    assert client.get("/api/v1/whoami/").status_code == 200
    people["mira"].set_password("quite another one")
    people["mira"].save(update_fields=["password"])
    assert client.get("/api/v1/whoami/").status_code == 401


def choose(client: Client, name: str, **body: str) -> int:
    url = f"/api/v1/users/{name}/password/"
    answer = client.post(url, {"password": "another long one"} | body, "application/json")
    return answer.status_code


def test_a_person_chooses_another_password_and_stays_signed_in(
    browser: Callable[[str], Client],
) -> None:
    client, elsewhere = browser("mira"), browser("mira")
    assert choose(client, "mira", current="wrong") == 422
    assert choose(client, "mira", current=PASSWORD, password="short") == 422
    assert choose(client, "mira", current=PASSWORD) == 204
    assert client.get("/api/v1/whoami/").status_code == 200
    assert elsewhere.get("/api/v1/whoami/").status_code == 401
    assert sign_in("mira", "another long one")


def test_guessing_the_present_password_ends_as_at_sign_in(
    browser: Callable[[str], Client],
) -> None:
    client = browser("mira")
    assert [choose(client, "mira", current=f"guess {n}") for n in range(6)] == [422] * 5 + [429]
    assert choose(client, "mira", current=PASSWORD) == 429
    refused = Entry.objects.filter(verb="user.password", outcome=Entry.Outcome.REFUSED)
    assert refused.count() == 7


@pytest.mark.parametrize("has_password", [True, False])
def test_a_token_that_may_read_chooses_no_password(
    program: Callable[..., APIClient], people: dict[str, User], *, has_password: bool
) -> None:
    if not has_password:
        people["mira"].set_unusable_password()
        people["mira"].save()
    url = "/api/v1/users/mira/password/"
    said = {"password": "another long one", "current": PASSWORD}
    for scopes in (["read"], ["read", "write", "deploy"]):
        answer = program("mira", *scopes).post(url, said, format="json")
        assert answer.status_code == 403
        assert "no scope “manage”" in answer.json()["detail"]


def test_only_the_platform_chooses_for_others(browser: Callable[[str], Client]) -> None:
    assert choose(browser("ines"), "mira") == 403
    assert choose(browser("priya"), "mira") == 204
    assert sign_in("mira", "another long one")


def test_signing_out_ends_the_session(browser: Callable[[str], Client]) -> None:
    client = browser("mira")
    assert client.post("/sign-out").url == "/sign-in"
    assert client.get("/api/v1/whoami/").status_code == 401


def test_a_fragment_sends_the_whole_page_to_the_sign_in(
    people: dict[str, User], client: Client
) -> None:
    answer = client.get("/components/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/sign-in"
