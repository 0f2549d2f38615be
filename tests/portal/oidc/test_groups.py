"""Memberships that follow groups: given and taken at each sign-in, and never what a person gave."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from portal.accounts import operations as accounts
from portal.accounts.models import Membership, Role, Team, User
from portal.audit.models import Entry
from portal.oidc import groups
from tests.conftest import NOW, PASSWORD
from tests.portal.oidc.conftest import Go, Provider

NOOR = {"sub": "9", "email": "noor@example.com", "preferred_username": "noor"}


def held(name: str = "noor") -> dict[str, str]:
    rows = Membership.objects.filter(user__username=name)
    return dict(rows.values_list("team__name", "role"))


@pytest.fixture
def come(provider: Provider, go: Go, client: Client, people: dict[str, User]) -> object:
    def with_groups(*names: str, **more: object) -> None:
        provider.lets_in(claims={**NOOR, "groups": list(names), **more})
        client.cookies.clear()
        go()

    return with_groups


def test_groups_become_memberships_with_the_reason_in_the_audit(come: object) -> None:
    come("flights", "money", "choir")
    assert held() == {"airline-data": "developer", "finance-data": "viewer"}
    entry = Entry.objects.get(verb="team.members", team="airline-data", after__user="noor")
    assert entry.reason == "group “flights” of Keyhouse"
    assert (entry.actor, entry.before["role"], entry.after["role"]) == (None, None, "developer")


def test_the_strongest_of_several_roles_counts(come: object) -> None:
    come("flights", "flight-leads")
    assert held() == {"airline-data": "maintainer"}


def test_what_groups_gave_goes_with_them(come: object) -> None:
    come("flight-leads", "money")
    come("flights")
    assert held() == {"airline-data": "developer"}
    entry = Entry.objects.get(verb="team.members", team="finance-data", after__role=None)
    assert entry.reason == "no group of Keyhouse gives it any more"


def test_what_a_person_gave_stays(come: object, people: dict[str, User]) -> None:
    come("flights", "money")
    noor = User.objects.get(username="noor")
    finance = Team.objects.get(name="finance-data")
    accounts.set_member(team=finance, user=noor, role=Role.MAINTAINER, by=people["priya"], now=NOW)
    come("money")  # which would make her a viewer
    assert held() == {"finance-data": "maintainer"}
    come("flights")
    assert held() == {"airline-data": "developer", "finance-data": "maintainer"}


def test_giving_by_hand_what_a_group_gave_makes_it_stay(
    come: object, people: dict[str, User]
) -> None:
    come("flights")
    accounts.set_member(
        team=Team.objects.get(name="airline-data"),
        user=User.objects.get(username="noor"),
        role=Role.DEVELOPER,
        by=people["priya"],
        now=NOW,
    )
    come("money")
    assert held() == {"airline-data": "developer", "finance-data": "viewer"}


def test_the_platform_role_follows_its_group(come: object) -> None:
    come("ops")
    assert User.objects.get(username="noor").is_platform
    come("flights")
    assert not User.objects.get(username="noor").is_platform
    given, taken = Entry.objects.filter(verb="user.change", thing="noor").order_by("pk")
    assert given.reason == "group “ops” of Keyhouse"
    assert taken.after == {"is_platform": False}


def test_whom_the_provider_let_in_proves_nothing_more_here_but_a_password_does(
    come: object, client: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "platform", timedelta(0)
    come("ops")
    assert client.get("/").status_code == 200
    noor = User.objects.get(username="noor")
    noor.set_password(PASSWORD)
    noor.save()
    by_password = Client()
    by_password.post("/sign-in", {"username": "noor", "password": PASSWORD})
    assert by_password.get("/").url == "/account/second-factor/"


def test_a_session_by_password_is_asked_once_a_group_gave_the_role_elsewhere(
    come: object, people: dict[str, User], settings: Settings
) -> None:
    settings.REQUIRE_MFA, settings.MFA_GRACE = "platform", timedelta(0)
    come("flights")
    noor = User.objects.get(username="noor")
    noor.set_password(PASSWORD)
    noor.save()
    by_password = Client()
    by_password.post("/sign-in", {"username": "noor", "password": PASSWORD})
    assert by_password.get("/").status_code == 200
    come("ops")
    assert by_password.get("/").url == "/account/second-factor/"


def test_a_platform_role_that_a_person_gave_stays(
    provider: Provider, go: Go, people: dict[str, User]
) -> None:
    User.objects.filter(username="priya").update(password="!")
    provider.lets_in(claims={"sub": "1", "email": "priya@example.com"})
    go()
    assert User.objects.get(username="priya").is_platform


def test_a_team_that_does_not_exist_gives_nothing(
    provider: Provider, come: object, settings: object
) -> None:
    settings.OIDC_GROUPS = groups.read("flights=no-such-team:developer")
    come("flights")
    assert held() == {}


def test_a_directory_that_only_says_where_its_groups_are_takes_nothing(
    provider: Provider, go: Go, come: object, client: Client
) -> None:
    come("flights")
    says = {**NOOR, "_claim_names": {"groups": "src1"}}
    httpx.post(f"{provider.issuer}/control", json={"claims": says, "userinfo": {}})
    client.cookies.clear()
    answer = go()
    assert answer.status_code == 403
    assert "does not tell your groups, because there are too many" in answer.content.decode()
    assert held() == {"airline-data": "developer"}


def test_meanings_are_read_from_one_line_or_several() -> None:
    found = groups.read("cn=ops,dc=example=platform;\n a=team-x:viewer ; a=team-y:developer\n")
    assert found == {
        "cn=ops,dc=example": (groups.Meaning("", "platform"),),
        "a": (groups.Meaning("team-x", "viewer"), groups.Meaning("team-y", "developer")),
    }


@pytest.mark.parametrize("text", ["flights", "flights=", "=a:viewer", "a=b:boss", "a=:viewer"])
def test_what_can_not_be_read_is_said_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is not understood: write group=team:role"):
        groups.read(text)
