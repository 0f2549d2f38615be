"""People, teams and members: who may change them, and what the audit keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from portal.accounts import change_operations, operations
from portal.accounts.models import Membership, Team, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.conftest import NOW

Program = Callable[..., APIClient]
People = dict[str, User]


def latest() -> Entry:
    return Entry.objects.latest("id")


def create(by: User, **given: Any) -> User:
    person = {
        "username": "noor",
        "full_name": "Noor Haddad",
        "email": "",
        "password": None,
        "is_platform": False,
    }
    return operations.create_user(**{**person, **given}, by=by, now=NOW)


def test_the_platform_lets_people_in(people: People) -> None:
    noor = create(people["priya"])
    assert not noor.has_usable_password()
    entry = latest()
    assert (entry.verb, entry.actor, entry.thing) == ("user.create", people["priya"], "noor")
    assert entry.after == {"full_name": "Noor Haddad", "is_platform": False}


def test_nobody_else_does(people: People) -> None:
    with pytest.raises(NotAllowed, match=r"You may not create people\. Someone with the platform"):
        create(people["ines"])


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"username": "Mira"}, "username", "already a person called mira"),
        ({"username": "two words"}, "username", "can't be a name"),
        ({"password": "short"}, "password", "too short"),
        ({"password": "qwerty123456"}, "password", "too common"),
    ],
)
def test_it_refuses_in_words(people: People, given: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        create(people["priya"], **given)
    assert refused.value.field == field


def test_a_password_stands_in_no_entry(people: People) -> None:
    create(people["priya"], password="a very long secret indeed")
    assert "secret" not in str(list(Entry.objects.values()))


def test_switching_a_person_off_and_on(people: People) -> None:
    change_operations.set_active(user=people["mira"], is_active=False, by=people["priya"], now=NOW)
    assert (latest().before, latest().after) == ({"is_active": True}, {"is_active": False})
    with pytest.raises(Moved, match="already switched off"):
        change_operations.set_active(
            user=people["mira"], is_active=False, by=people["priya"], now=NOW
        )
    change_operations.set_active(user=people["mira"], is_active=True, by=people["priya"], now=NOW)
    assert User.objects.get(username="mira").is_active


def test_nobody_switches_themselves_off(people: People) -> None:
    with pytest.raises(Refused, match="can't switch yourself off"):
        change_operations.set_active(
            user=people["priya"], is_active=False, by=people["priya"], now=NOW
        )


def test_a_team_name_is_taken_once(people: People) -> None:
    with pytest.raises(Refused, match="already a team called airline-data"):
        operations.create_team(
            name="airline-data", title="", description="", by=people["priya"], now=NOW
        )


def test_a_maintainer_changes_members(people: People, airline_data: Team) -> None:
    operations.set_member(
        team=airline_data, user=people["hannah"], role="viewer", by=people["ines"], now=NOW
    )
    assert latest().before == {"user": "hannah", "role": None}
    assert latest().after == {"user": "hannah", "role": "viewer"}
    operations.set_member(
        team=airline_data, user=people["hannah"], role="developer", by=people["ines"], now=NOW
    )
    assert latest().before == {"user": "hannah", "role": "viewer"}
    operations.remove_member(team=airline_data, user=people["hannah"], by=people["ines"], now=NOW)
    assert latest().after == {"user": "hannah", "role": None}
    assert not Membership.objects.filter(team=airline_data, user=people["hannah"]).exists()


def test_saying_the_same_role_again_changes_nothing(people: People, airline_data: Team) -> None:
    before = Entry.objects.count()
    operations.set_member(
        team=airline_data, user=people["mira"], role="developer", by=people["ines"], now=NOW
    )
    assert Entry.objects.count() == before


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_others_are_refused_and_the_refusal_is_kept(
    people: People, airline_data: Team, name: str
) -> None:
    with pytest.raises(NotAllowed, match="Ines Costa, Tomas Novak of airline-data can"):
        operations.set_member(
            team=airline_data, user=people["hannah"], role="maintainer", by=people[name], now=NOW
        )
    entry = latest()
    assert (entry.outcome, entry.verb, entry.actor) == ("refused", "team.members", people[name])
    assert entry.thing == "airline-data"


def test_a_team_keeps_a_maintainer_unless_the_platform_says_otherwise(
    people: People, finance_data: Team
) -> None:
    gone = {"team": finance_data, "user": people["hannah"], "now": NOW}
    with pytest.raises(Refused, match="the last maintainer of finance-data"):
        operations.remove_member(**gone, by=people["hannah"])
    with pytest.raises(Refused, match="the last maintainer of finance-data"):
        operations.set_member(**gone, role="viewer", by=people["hannah"])
    operations.remove_member(**gone, by=people["priya"])


def test_the_api_does_all_of_it(program: Program) -> None:
    admin = program("priya")
    person = {"username": "noor", "full_name": "Noor Haddad", "password": "a long enough one"}
    assert admin.post("/api/v1/users/", person).status_code == 201
    assert admin.post("/api/v1/teams/", {"name": "billing"}).json()["title"] == "billing"
    member = admin.post("/api/v1/teams/billing/members/", {"user": "noor", "role": "maintainer"})
    assert member.json()["role"] == "maintainer"
    assert admin.get("/api/v1/teams/billing/").json()["members"] == 1
    assert [m["user"] for m in admin.get("/api/v1/teams/billing/members/").json()] == ["noor"]
    assert admin.get("/api/v1/users/noor/").json()["teams"] == [
        {"team": "billing", "role": "maintainer"}
    ]
    assert admin.delete("/api/v1/teams/billing/members/noor/").status_code == 204
    assert admin.post("/api/v1/users/noor/deactivate/").json()["is_active"] is False
    assert admin.post("/api/v1/users/noor/activate/").json()["is_active"] is True


def test_the_api_names_what_does_not_exist(program: Program) -> None:
    admin = program("priya")
    assert admin.get("/api/v1/teams/nope/").json()["detail"] == "There is no team called “nope”."
    body = {"user": "nobody", "role": "viewer"}
    answer = admin.post("/api/v1/teams/airline-data/members/", body)
    assert answer.status_code == 422
    assert answer.json()["details"] == [
        {"field": "user", "message": "There is no person called “nobody”."}
    ]


def test_lists_take_the_same_queries_however_long(
    program: Program, people: People, django_assert_max_num_queries: Callable
) -> None:
    client = program("mira")
    client.get("/api/v1/users/")
    for path in ("/api/v1/users/", "/api/v1/teams/"):
        with django_assert_max_num_queries(3):
            assert client.get(path).status_code == 200
