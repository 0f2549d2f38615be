"""The platform team's list of people: found by a part of a name, by state, by team."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import operations as accounts
from portal.accounts.models import User
from portal.people import queries
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
