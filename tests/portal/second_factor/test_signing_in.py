"""With a second factor a password alone lets nobody in; who should have one is told until when."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import NotAllowed, Refused
from portal.second_factor import codes, gate, operations
from portal.second_factor.models import Factor, Grace, RecoveryCode
from portal.sessions import opening
from portal.sessions.models import Session
from tests.conftest import PASSWORD

PAPER = re.compile(r"<span>(\w{4}-\w{4}-\w{4}-\w{4})</span>")
SECRET_SHOWN = re.compile(r'class="enrol-secret">([A-Z2-7 ]+)<')


def who(client: Client) -> str:
    answer = client.get("/api/v1/whoami/")
    return answer.json()["username"] if answer.status_code == 200 else ""


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


class App:
    """An app for codes, as somebody's phone has it. Its clock is ours, or so many steps ahead."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def shows(self, ahead: int = 0) -> str:
        return codes.code_at(self.secret, int(timezone.now().timestamp() // 30) + ahead)


def enrolled(client: Client) -> tuple[App, list[str]]:
    """Go through the page as a person does: the app, and the codes for paper."""
    shown = text(client.get("/account/second-factor/app"))
    app = App(SECRET_SHOWN.search(shown)[1].replace(" ", ""))
    done = client.post("/account/second-factor/app", {"code": app.shows(-1)})
    assert done.status_code == 200, text(done)
    return app, PAPER.findall(text(done))


def first_step(name: str = "mira", next: str = "/") -> Client:
    client = Client()
    form = {"username": name, "password": PASSWORD, "next": next}
    assert client.post("/sign-in", form).url == "/sign-in/second"
    return client


@pytest.fixture
def mira(browser: Callable[[str], Client]) -> tuple[App, list[str]]:
    return enrolled(browser("mira"))


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
    client.credentials(HTTP_AUTHORIZATION="Basic " + _basic("mira", PASSWORD))
    answer = client.post("/api/v1/tokens/", {"name": "ci", "scopes": ["read"]})
    assert answer.status_code == 401
    assert "A password alone is not enough" in answer.json()["detail"]


def _basic(name: str, password: str) -> str:
    return base64.b64encode(f"{name}:{password}".encode()).decode()


def test_a_program_changes_no_second_factor(
    people: dict[str, User], program: Callable[..., APIClient], mira: tuple[App, list[str]]
) -> None:
    machine = program("mira")
    factor = Factor.objects.get()
    assert machine.post(f"/account/second-factor/{factor.pk}/remove").status_code == 302
    assert Factor.objects.exists()


def test_removing_one_wants_the_present_password(
    mira: tuple[App, list[str]], browser: Callable[[str], Client]
) -> None:
    client = browser("mira")
    path = f"/account/second-factor/{Factor.objects.get().pk}/remove"
    assert client.post(path, {"current": "a guess"}).status_code == 422
    assert Factor.objects.exists()
    assert client.post(path, {"current": PASSWORD}).status_code == 302
    assert not Factor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_another_persons_factor_does_not_exist(
    mira: tuple[App, list[str]], browser: Callable[[str], Client]
) -> None:
    path = f"/account/second-factor/{Factor.objects.get().pk}/remove"
    assert browser("jonas").post(path, {"current": PASSWORD}).status_code == 404


def test_the_platform_role_takes_away_what_somebody_lost_and_says_why(
    mira: tuple[App, list[str]], browser: Callable[[str], Client]
) -> None:
    priya = browser("priya")
    assert priya.post("/people/mira/reset-second-factor", {"reason": ""}).status_code == 422
    priya.post("/people/mira/reset-second-factor", {"reason": "Her phone is in the sea."})
    client = Client()
    client.post("/sign-in", {"username": "mira", "password": PASSWORD})
    assert who(client) == "mira"
    entry = Entry.objects.get(verb="second_factor.reset")
    assert (entry.thing, entry.reason) == ("mira", "Her phone is in the sea.")


def test_nobody_resets_their_own(browser: Callable[[str], Client]) -> None:
    priya = browser("priya")
    enrolled(priya)
    answer = priya.post("/people/priya/reset-second-factor", {"reason": "Tired."})
    assert answer.status_code == 403


def arrive(name: str) -> Client:
    """As a browser does: it follows to the page behind the sign-in."""
    client = Client()
    client.post("/sign-in", {"username": name, "password": PASSWORD}, follow=True)
    return client


def test_where_one_is_wanted_the_time_until_then_is_said(
    people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "platform", timedelta(days=7)
    assert "A second factor is wanted of you." in text(arrive("priya").get("/account/"))
    assert "A second factor is wanted of you." not in text(arrive("mira").get("/account/"))


def test_after_that_everything_waits_for_it(people: dict[str, User], settings: Settings) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "platform", timedelta(0)
    client = arrive("priya")
    assert client.get("/").url == "/account/second-factor/"
    answer = client.get("/api/v1/whoami/")
    assert answer.status_code == 403
    assert "needs a second factor before anything else" in answer.json()["detail"]
    enrolled(client)
    assert client.get("/").status_code == 200
    assert who(client) == "priya"


def test_the_time_until_then_is_not_begun_anew_by_signing_in_again(
    people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "everyone", timedelta(days=7)
    arrive("mira")
    people["mira"].grace.began_at -= timedelta(days=8)
    people["mira"].grace.save()
    assert arrive("mira").get("/").url == "/account/second-factor/"


def test_the_time_until_then_begins_at_the_door_for_programs_too(
    people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "everyone", timedelta(days=7)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Basic " + _basic("mira", PASSWORD))

    def ask() -> int:
        return client.post("/api/v1/tokens/", {"name": "ci", "scopes": ["read"]}).status_code

    assert ask() == 201
    Grace.objects.filter(user=people["mira"]).update(began_at=timezone.now() - timedelta(days=8))
    assert ask() == 401


def test_one_that_was_added_in_another_browser_opens_this_one_too(
    people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "everyone", timedelta(0)
    here, there = arrive("mira"), arrive("mira")
    assert here.get("/").url == "/account/second-factor/"
    enrolled(there)
    assert here.get("/").status_code == 200


def test_nothing_waits_any_longer_where_none_is_wanted_any_longer(
    people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "everyone", timedelta(0)
    client = arrive("mira")
    settings.REQUIRE_MFA = "platform"
    assert client.get("/").status_code == 200


def test_a_session_that_is_open_already_is_asked_when_the_rule_comes(
    people: dict[str, User], settings: Settings
) -> None:
    client = arrive("priya")
    settings.REQUIRE_MFA, settings.MFA_GRACE = "platform", timedelta(days=7)
    assert "on you need a second factor here" in text(client.get("/"))
    assert "on you need a second factor here" not in text(client.get("/"))
    later = timezone.now() + timedelta(days=8)
    assert not gate_is_shut(client, people["priya"], timezone.now())
    assert gate_is_shut(client, people["priya"], later)


def gate_is_shut(client: Client, user: User, now: datetime) -> bool:
    request = RequestFactory().get("/")
    request.session = client.session
    return gate.is_shut(request, user, now)


def test_a_session_that_is_open_already_is_asked_when_the_role_comes(
    people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "platform", timedelta(0)
    client = arrive("mira")
    assert client.get("/").status_code == 200
    User.objects.filter(username="mira").update(is_platform=True)
    assert client.get("/").url == "/account/second-factor/"
    assert client.get("/api/v1/whoami/").status_code == 403


def test_whoever_has_one_is_looked_up_once_an_hour(
    browser: Callable[[str], Client], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "everyone", timedelta(0)
    client = browser("mira")
    session = client.session
    session[opening.BY_PROVIDER] = False
    session.save()
    enrolled(client)
    client.get("/account/sessions/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/account/sessions/").status_code == 200
    assert not any("portal_factor" in one["sql"] for one in asked)
    Factor.objects.all().delete()
    an_hour_later = timezone.now() + timedelta(minutes=61)
    assert gate_is_shut(client, User.objects.get(username="mira"), an_hour_later)


def test_changes_to_what_one_person_has_wait_for_each_other(
    mira: tuple[App, list[str]], people: dict[str, User]
) -> None:
    """Also the first one: there the person is locked, because no factor is there yet."""
    with CaptureQueriesContext(connection) as renewing:
        operations.renew_codes(by=people["mira"], now=timezone.now())
    with CaptureQueriesContext(connection) as adding, pytest.raises(Refused):
        operations.add_app(secret="A" * 32, code="", by=people["jonas"], now=timezone.now())
    for asked in (renewing, adding):
        locks = [one["sql"] for one in asked if one["sql"].endswith("FOR UPDATE")]
        assert any('FROM "portal_user"' in lock for lock in locks)


def test_a_key_that_was_removed_meanwhile_lets_nobody_in(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="was removed meanwhile"):
        operations._count(people["mira"], b"gone", 1, timezone.now())


def test_the_last_one_stays_where_one_is_wanted(
    browser: Callable[[str], Client], settings: Settings
) -> None:
    settings.REQUIRE_MFA = "platform"
    client = browser("priya")
    enrolled(client)
    path = f"/account/second-factor/{Factor.objects.get().pk}/remove"
    answer = client.post(path, {"current": PASSWORD})
    assert answer.status_code == 422
    assert "add another one first" in text(answer)


def test_the_secret_of_an_app_can_not_be_read_out_of_the_tables(
    mira: tuple[App, list[str]],
) -> None:
    rows = f"{vars(Factor.objects.get())} {list(Session.objects.values())}"
    assert mira[0].secret not in rows
    assert not any(code in rows for code in mira[1])
