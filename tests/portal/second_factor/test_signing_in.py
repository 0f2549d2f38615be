"""With a second factor a password alone lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import NotAllowed
from portal.second_factor import codes, operations
from portal.second_factor.models import RecoveryCode
from portal.sessions.models import Session
from tests.conftest import PASSWORD
from tests.portal.second_factor.doing import App, basic, first_step, text, who


def test_a_password_is_only_half_of_it(mira: tuple[App, list[str]]) -> None:
    client = first_step()
    assert who(client) == ""
    assert client.get("/").url == "/sign-in"
    assert not Session.objects.filter(user__username="mira", browser__gt="").exists()


def test_the_code_of_the_app_lets_in_and_leads_to_where_one_came_from(
    mira: tuple[App, list[str]],
) -> None:
    client = first_step(next="/audit/")
    planted = client.cookies["sessionid"].value
    assert client.post("/sign-in/second", {"code": mira[0].shows()}).url == "/audit/"
    assert who(client) == "mira"
    assert client.cookies["sessionid"].value != planted
    assert Entry.objects.get(verb="user.sign_in").reason == "by an app for codes"


def test_a_code_counts_once_even_in_another_browser(mira: tuple[App, list[str]]) -> None:
    code = mira[0].shows()
    first_step().post("/sign-in/second", {"code": code})
    again = first_step()
    assert "was used before" in text(again.post("/sign-in/second", {"code": code}))
    assert who(again) == ""


def test_a_code_that_enrolled_the_app_lets_nobody_in(mira: tuple[App, list[str]]) -> None:
    client = first_step()
    assert client.post("/sign-in/second", {"code": mira[0].shows(-1)}).status_code == 403


def test_a_code_from_paper_counts_once(mira: tuple[App, list[str]]) -> None:
    code = mira[1][0]
    client = first_step()
    client.post("/sign-in/second", {"code": code.upper().replace("-", " ")})
    assert who(client) == "mira"
    assert first_step().post("/sign-in/second", {"code": code}).status_code == 403
    assert RecoveryCode.objects.filter(used_at=None).count() == codes.MANY - 1


def test_guesses_end_for_the_person_from_wherever_they_come(mira: tuple[App, list[str]]) -> None:
    client = first_step()

    def guess(code: str, address: str) -> int:
        return client.post("/sign-in/second", {"code": code}, REMOTE_ADDR=address).status_code

    answers = [guess(f"00000{number}", f"192.0.2.{number}") for number in range(6)]
    assert answers == [403] * 5 + [429]
    assert guess(mira[0].shows(), "192.0.2.9") == 429
    entry = Entry.objects.get(verb="user.sign_in", outcome="refused")
    assert entry.reason.startswith("Too many wrong codes: wait 15 minutes")


def test_the_half_of_it_is_forgotten_after_ten_minutes_and_with_another_password(
    mira: tuple[App, list[str]], people: dict[str, User]
) -> None:
    client = first_step()
    session = client.session
    session["half"] = {
        **session["half"],
        "at": (timezone.now() - timedelta(minutes=11)).isoformat(),
    }
    session.save()
    assert client.post("/sign-in/second", {"code": mira[0].shows()}).url == "/sign-in"
    client = first_step()
    user = User.objects.get(username="mira")
    user.set_password("quite another one")
    user.save()
    assert client.post("/sign-in/second", {"code": mira[0].shows()}).url == "/sign-in"
    assert who(client) == ""


def test_nobody_skips_the_first_half(mira: tuple[App, list[str]]) -> None:
    client = Client()
    assert client.post("/sign-in/second", {"code": mira[0].shows()}).url == "/sign-in"
    assert who(client) == ""


def test_tokens_go_on_and_new_ones_are_made_in_the_browser_alone(
    program: Callable[..., APIClient], mira: tuple[App, list[str]]
) -> None:
    assert program("mira").get("/api/v1/whoami/").status_code == 200
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Basic " + basic("mira", PASSWORD))
    answer = client.post("/api/v1/tokens/", {"name": "ci", "scopes": ["read"]})
    assert answer.status_code == 401
    assert "A password alone is not enough" in answer.json()["detail"]


def test_a_key_that_was_removed_meanwhile_lets_nobody_in(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="was removed meanwhile"):
        operations._count(people["mira"], b"gone", 1, timezone.now())
