"""A second factor is removed by its person with the password, and by the platform with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Refused
from portal.second_factor import operations
from portal.second_factor.models import Factor, RecoveryCode
from portal.sessions.models import Session
from tests.conftest import PASSWORD
from tests.portal.second_factor.doing import App, enrolled, text, who


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
