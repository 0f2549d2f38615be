"""Signing in by an identity provider: a real one beside this process, asked over HTTP."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Away
from portal.oidc.models import Identity
from portal.oidc.remembered import Remembered
from portal.sign_in import tries
from portal.sign_in.models import SignInTry
from tests.conftest import PASSWORD
from tests.portal.oidc.conftest import Go, Provider
from tests.portal_places import free_port


@pytest.fixture
def mira(people: dict[str, User]) -> User:
    """Without a password: the provider alone lets her in."""
    people["mira"].set_unusable_password()
    people["mira"].save()
    return people["mira"]


def who(client: Client) -> str:
    answer = client.get("/api/v1/whoami/")
    return answer.json()["username"] if answer.status_code == 200 else ""


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_it_leads_in_and_to_where_one_came_from(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in()
    assert go(next="/audit/?actor=mira").url == "/audit/?actor=mira"
    assert who(client) == "mira"
    entry = Entry.objects.get(verb="user.sign_in")
    assert (entry.actor, entry.reason) == (mira, "by Keyhouse")


def test_it_leads_nowhere_else(provider: Provider, go: Go, mira: User) -> None:
    provider.lets_in()
    assert go(next="https://evil.example/").url == "/"


def test_the_session_gets_a_new_key(provider: Provider, go: Go, client: Client, mira: User) -> None:
    client.get("/sign-in/oidc")
    before = client.cookies["sessionid"].value
    provider.lets_in()
    go()
    assert client.cookies["sessionid"].value != before


def test_whoever_came_before_is_known_by_the_providers_own_name(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in()
    go()
    provider.lets_in(claims={"email": "married@example.com", "email_verified": False})
    client.cookies.clear()
    go()
    assert who(client) == "mira"
    assert Identity.objects.get().email == "married@example.com"


def test_a_secret_is_sent_in_the_body_where_the_provider_wants_it_there(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in(auth_methods=["client_secret_post"])
    go()
    assert who(client) == "mira"


def test_groups_of_the_userinfo_count_too(
    provider: Provider, go: Go, client: Client, people: dict[str, User]
) -> None:
    new = {"sub": "9", "email": "noor@example.com", "preferred_username": "noor"}
    provider.lets_in(claims=new, userinfo={"groups": ["money"]})
    go()  # the id_token says "groups": []
    assert who(client) == ""
    httpx.post(
        f"{provider.issuer}/control", json={"claims": new, "userinfo": {"groups": ["money"]}}
    )
    go()
    assert who(client) == "noor"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a nonce of another sign-in": ({"wrong": {"nonce": "other"}}, "it is of another sign-in"),
    "no nonce": ({"wrong": {"nonce": None}}, "it is of another sign-in"),
    "an end that has passed": ({"wrong": {"exp": int(time.time()) - 3600}}, "it has ended"),
    "no end": ({"wrong": {"exp": None}}, "until when"),
    "a beginning in the future": ({"wrong": {"iat": int(time.time()) + 3600}}, "from the future"),
    "another audience": ({"wrong": {"aud": "wiki"}}, "for another program"),
    "several audiences and no party": ({"wrong": {"aud": ["slipway", "wiki"]}}, "not for us"),
    "another party": ({"wrong": {"azp": "wiki"}}, "not for us"),
    "another issuer": ({"wrong": {"iss": "https://evil.example"}}, "somebody else issued it"),
    "nobody as its subject": ({"wrong": {"sub": ""}}, "for whom it is"),
    "the signature of another key": ({"signed_by": "somebody else"}, "not signed by one"),
    "no signature": ({"signed_by": "nobody"}, "not signed by one"),
    "our own secret as a key": ({"signed_by": "the client's secret"}, "not signed by one"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_lets_nobody_in_with(
    provider: Provider, go: Go, client: Client, mira: User, wrong: str
) -> None:
    says, words = WRONG[wrong]
    provider.lets_in(**says)
    answer = go()
    assert (answer.status_code, who(client)) == (403, "")
    assert words in text(answer)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in(answers={"state": "planted"})
    answer = go()
    assert (answer.status_code, who(client)) == (403, "")
    assert "was not begun in this browser" in text(answer)


def test_an_answer_counts_once(provider: Provider, client: Client, mira: User) -> None:
    provider.lets_in()
    back = httpx.get(client.get("/sign-in/oidc").url).headers["Location"]
    assert client.get(back).status_code == 302
    client.cookies.clear()
    assert client.get(back).status_code == 403
    assert who(client) == ""


def test_an_answer_of_another_provider_is_refused(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in(answers={"iss": "https://evil.example"})
    assert "comes from somebody else" in text(go())
    assert who(client) == ""


def test_a_provider_that_lets_nobody_in_is_quoted_in_our_own_words(
    provider: Provider, client: Client, people: dict[str, User]
) -> None:
    sent = client.get("/sign-in/oidc")
    state = httpx.URL(sent.url).params["state"]
    answer = client.get(
        "/sign-in/oidc/back", {"state": state, "error": "access_denied", "error_description": "<b>"}
    )
    assert answer.status_code == 403
    assert "Keyhouse let nobody in" in text(answer)


def test_keys_that_were_changed_a_moment_ago_are_known(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in()
    go()
    client.cookies.clear()
    provider.lets_in(rotates=True)
    go()
    assert who(client) == "mira"


def test_while_the_provider_is_down_it_says_so_and_passwords_work(
    provider: Provider, client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    answer = client.get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "Keyhouse can&#x27;t be asked now" in text(answer)
    assert "A name and password work meanwhile." in text(answer)
    client.post("/sign-in", {"username": "jonas", "password": PASSWORD})
    assert who(client) == "jonas"


def test_what_it_offers_is_asked_once_and_a_failure_is_remembered_for_a_moment() -> None:
    """Strangers that ask again and again hold no thread each."""
    now, asked, known = 0.0, [], Remembered[int]()

    def answers() -> int:
        asked.append(now)
        if now == 500:
            raise Away("It is down.")
        return len(asked)

    def get() -> int:
        return known.get("it", answers, clock=lambda: now)

    assert [get(), get()] == [1, 1]
    now = 299
    assert get() == 1
    now = 500
    with pytest.raises(Away, match="It is down"):
        get()
    now = 509
    with pytest.raises(Away, match="It is down"):
        get()
    now = 510
    assert get() == 3
    assert known.get("another", answers, clock=lambda: now) == 4
    assert asked == [0, 500, 510, 510]


def test_ways_to_it_that_nobody_comes_back_from_are_counted_by_address(
    provider: Provider, go: Go, client: Client, mira: User
) -> None:
    provider.lets_in()
    SignInTry.objects.bulk_create(
        SignInTry(key="k", address="ways from 127.0.0.1", at=timezone.now())
        for _ in range(tries.BEGINS - 1)
    )
    go()  # the last one that is let through; it arrives
    assert who(client) == "mira"
    assert not SignInTry.objects.exists()
    SignInTry.objects.bulk_create(
        SignInTry(key="k", address="ways from 127.0.0.1", at=timezone.now())
        for _ in range(tries.BEGINS)
    )
    stranger = Client()
    assert stranger.get("/sign-in/oidc").status_code == 429
    assert stranger.get("/sign-in/oidc", REMOTE_ADDR="192.0.2.1").status_code == 302
    assert stranger.post("/sign-in", {"username": "mira", "password": "no"}).status_code == 403


def test_a_provider_that_calls_itself_otherwise_is_not_used(
    provider: Provider, client: Client, people: dict[str, User]
) -> None:
    provider.lets_in(calls_itself="https://evil.example")
    answer = client.get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "calls itself by another name" in text(answer)


def test_an_address_inside_is_not_asked_even_if_the_provider_names_it(
    provider: Provider, go: Go, mira: User
) -> None:
    provider.lets_in(token_endpoint="http://169.254.169.254/latest/meta-data/")
    answer = go()
    assert answer.status_code == 503
    assert "is one that nobody delivers to" in text(answer)


def test_this_machine_is_not_asked_unless_that_is_allowed(
    provider: Provider, client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.OIDC_REACH = "internal"
    assert "is this machine itself" in text(client.get("/sign-in/oidc"))


def test_the_button_stands_only_where_there_is_a_provider(
    provider: Provider, client: Client, people: dict[str, User], settings: Settings
) -> None:
    assert "Sign in with Keyhouse" in text(client.get("/sign-in"))
    settings.OIDC_ISSUER = ""
    assert "Keyhouse" not in text(client.get("/sign-in"))
    assert client.get("/sign-in/oidc").url == "/sign-in"


@pytest.mark.parametrize(("rule", "let_in"), [("platform", {"priya"}), ("nobody", set())])
def test_passwords_let_in_only_whom_they_may(
    provider: Provider, people: dict[str, User], settings: Settings, rule: str, let_in: set[str]
) -> None:
    settings.PASSWORDS_FOR = rule
    found = set()
    for name in ("priya", "jonas"):
        browser = Client()
        browser.post("/sign-in", {"username": name, "password": PASSWORD})
        found |= {who(browser)}
    assert found - {""} == let_in
    assert ('name="password"' in text(Client().get("/sign-in"))) == (rule != "nobody")
