"""Grants: given by who answers for the thing, to a team; owning a component gives none."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts import access, grants, operations, queries
from portal.accounts.models import Grant, Team, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.conftest import NOW

People = dict[str, User]


@pytest.fixture
def give(people: People, airline_data: Team, finance_data: Team) -> Any:
    """finance-data owns `ledger`; airline-data wants to use it."""

    def give(by: str = "hannah", **given: Any) -> Grant:
        usual = {
            "team": airline_data,
            "kind": "connection",
            "name": "ledger",
            "use": "use",
            "owner": finance_data,
        }
        return operations.give_grant(**{**usual, **given}, by=people[by], now=NOW)

    return give


def test_the_owner_gives_and_it_is_audited(give: Any, people: People, airline_data: Team) -> None:
    grant = give(reason="quarterly report")
    assert grants.missing(airline_data, [("connection", "ledger")]) == []
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.actor, entry.reason) == (
        "grant.give",
        people["hannah"],
        "quarterly report",
    )
    assert entry.after == {
        "team": "airline-data",
        "kind": "connection",
        "name": "ledger",
        "use": "use",
    }
    assert entry.thing_id == str(grant.pk)


def test_who_wants_it_can_not_take_it_and_the_try_is_kept(give: Any, airline_data: Team) -> None:
    with pytest.raises(NotAllowed, match="Hannah Lind of finance-data can"):
        give(by="ines")
    assert grants.missing(airline_data, [("connection", "ledger")]) == [("connection", "ledger")]
    entry = Entry.objects.latest("id")
    assert (entry.outcome, entry.verb, entry.thing) == ("refused", "grant.give", "ledger")


def test_it_is_given_once(give: Any) -> None:
    give()
    with pytest.raises(Moved, match="already has this grant"):
        give()


def test_rows_come_from_connections_only(give: Any) -> None:
    with pytest.raises(Refused, match="Rows come from connections"):
        give(kind="client", use="rows")


def test_using_is_not_seeing(give: Any, people: People) -> None:
    give()
    assert not grants.may_see_rows(people["mira"], ["ledger"])
    give(use="rows")
    assert grants.may_see_rows(people["mira"], ["ledger"])
    assert not grants.may_see_rows(people["mira"], ["ledger", "other"])
    assert not grants.may_see_rows(people["priya"], ["ledger"])  # running it is no reason


def test_what_is_taken_back_is_missing(
    give: Any, people: People, airline_data: Team, finance_data: Team
) -> None:
    grant = give()
    operations.take_grant(
        grant=grant, owner=finance_data, by=people["hannah"], now=NOW, reason="contract ended"
    )
    assert grants.missing(airline_data, [("connection", "ledger")])
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.reason, entry.after) == ("grant.take", "contract ended", None)
    with pytest.raises(Moved, match="no longer has this grant"):
        operations.take_grant(grant=grant, owner=finance_data, by=people["hannah"], now=NOW)


def test_the_list_narrows_down(give: Any, airline_data: Team, finance_data: Team) -> None:
    grant = give()
    give(name="accounts")
    assert list(queries.grants(team=airline_data, name="ledger")) == [grant]
    assert not queries.grants(team=finance_data).exists()


@pytest.mark.parametrize(
    ("name", "verb", "is_allowed"),
    [
        ("priya", "user.create", True),
        ("ines", "user.create", False),
        ("ines", "release.reject", True),
        ("mira", "release.reject", False),
        ("mira", "deployment.request", True),
        ("jonas", "deployment.request", False),
        ("hannah", "deployment.request", False),
        ("jonas", "look", True),
        ("hannah", "look", True),
    ],
)
def test_the_book(
    people: People, airline_data: Team, name: str, verb: str, is_allowed: bool
) -> None:
    assert access.may(people[name], verb, airline_data) is is_allowed
