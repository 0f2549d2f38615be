"""The platform team's list of people: found by a part of a name, by state, by team."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import operations as accounts
from portal.accounts.models import Token, User
from portal.people import queries
from portal.second_factor.models import Factor
from portal.sessions.models import Session
from tests.conftest import NOW


def names(**given: str) -> set[str]:
    return set(queries.people(now=NOW, **given).values_list("username", flat=True))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"words": "oka"}, {"mira"}),
        ({"words": "JONAS@"}, {"jonas"}),
        ({"state": "platform"}, {"priya"}),
        ({"team": "finance-data"}, {"hannah"}),
        ({"team": "no-team"}, set()),
        ({"state": "off"}, set()),
        ({"state": "teamless"}, set()),
    ],
)
def test_people_are_found(people: dict[str, User], given: dict[str, str], found: set[str]) -> None:
    assert names(**given) == found


def test_tokens_that_work_are_counted_and_using_one_is_being_seen(people: dict[str, User]) -> None:
    mira = people["mira"]
    token, _ = accounts.issue_token(
        user=mira, name="ci", scopes=["read"], expires_at=None, by=mira, now=NOW
    )
    gone, _ = accounts.issue_token(
        user=mira, name="old", scopes=["read"], expires_at=None, by=mira, now=NOW
    )
    accounts.revoke_token(token=gone, by=mira, now=NOW)
    later = NOW + timedelta(hours=1)
    type(token).objects.filter(pk=token.pk).update(last_used_at=later)
    User.objects.filter(pk=mira.pk).update(last_login=NOW)
    found = queries.people(now=NOW, words="mira").get()
    assert (found.token_count, found.seen_at) == (1, later)


def test_the_list_is_for_the_platform_role(people: dict[str, User]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["ines"])
    assert client.get("/people/").status_code == 403
    client.force_login(people["priya"])
    User.objects.filter(pk=people["jonas"].pk).update(is_active=False, last_login=timezone.now())
    page = client.get("/people/", {"state": "off"}).content.decode()
    assert "Jonas Weber" in page
    assert "Mira Okafor" not in page


LONG_AGO = NOW - timedelta(days=91)


@pytest.mark.parametrize(
    ("last_login", "used", "is_unseen"),
    [
        (LONG_AGO, None, True),
        (NOW, None, False),
        (LONG_AGO, NOW, False),
        (None, None, True),
    ],
    ids=["left", "came", "a program came", "never came"],
)
def test_whom_nobody_saw_for_90_days_is_asked_for(
    people: dict[str, User], last_login: datetime | None, used: datetime | None, is_unseen: bool
) -> None:
    mira = people["mira"]
    issued(mira, at=NOW, used=used)
    User.objects.filter(pk=mira.pk).update(last_login=last_login, created_at=LONG_AGO)
    assert names(state="unseen") == ({"mira"} if is_unseen else set())


def test_a_session_that_goes_on_is_being_seen(people: dict[str, User]) -> None:
    jonas = people["jonas"]
    User.objects.filter(pk=jonas.pk).update(last_login=LONG_AGO)
    began(jonas, seen_at=NOW)
    assert names(state="unseen") == set()
    assert queries.people(now=NOW, words="jonas").get().seen_at == NOW


def test_tokens_that_nobody_uses_are_asked_for(people: dict[str, User]) -> None:
    issued(people["mira"], at=LONG_AGO, used=None)
    issued(people["ines"], at=LONG_AGO, used=LONG_AGO)
    issued(people["tomas"], at=LONG_AGO, used=NOW)
    issued(people["jonas"], at=NOW, used=None)
    gone = issued(people["hannah"], at=LONG_AGO, used=None)
    accounts.revoke_token(token=gone, by=people["hannah"], now=NOW)
    assert names(state="unused") == {"mira", "ines"}


def test_those_with_a_password_alone_are_asked_for(people: dict[str, User]) -> None:
    Factor.objects.create(
        user=people["mira"], kind=Factor.Kind.KEY, name="key", credential=b"c", created_at=NOW
    )
    people["jonas"].set_unusable_password()
    people["jonas"].save()
    User.objects.filter(pk=people["hannah"].pk).update(is_active=False)
    assert names(state="password") == {"priya", "ines", "tomas"}


def issued(user: User, *, at: datetime, used: datetime | None) -> Token:
    token, _ = accounts.issue_token(
        user=user, name="ci", scopes=["read"], expires_at=NOW + timedelta(days=30), by=user, now=NOW
    )
    Token.objects.filter(pk=token.pk).update(created_at=at, last_used_at=used)
    return token


def began(user: User, *, seen_at: datetime) -> Session:
    return Session.objects.create(
        digest="0" * 64, data="", user=user, began_at=LONG_AGO, seen_at=seen_at,
        expires_at=NOW + timedelta(days=1),
    )  # fmt: skip
