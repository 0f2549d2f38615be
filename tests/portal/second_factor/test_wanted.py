"""Who should have a second factor is told until when, and then everything waits for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.second_factor import gate
from portal.second_factor.models import Factor, Grace
from portal.sessions import opening
from tests.conftest import PASSWORD
from tests.portal.second_factor.doing import arrive, basic, enrolled, text, who
from tests.portal.test_problems import SHAPE


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
    assert answer.json().keys() == SHAPE
    assert answer.json()["type"] == "urn:slipway:problem:not-allowed"
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
    client.credentials(HTTP_AUTHORIZATION="Basic " + basic("mira", PASSWORD))

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
