"""Letting teams use what another team answers for."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.connections import operations
from portal.accounts import grants
from portal.accounts.models import Grant, Team, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.pipelines.factories import House


def test_the_owning_team_gives_and_takes(house: House, finance_data: Team, now: datetime) -> None:
    grant = operations.give(
        thing=house.connection, team=finance_data, use="use", by=house.owner, now=now, reason="Q4"
    )
    assert grants.missing(finance_data, [("connection", "nyc-files")]) == []

    operations.take(grant=grant, by=house.owner, now=now, reason="Q4 is over")

    assert grants.missing(finance_data, [("connection", "nyc-files")]) == [
        ("connection", "nyc-files")
    ]
    given, taken = Entry.objects.filter(verb__startswith="grant.").order_by("-id")[:2][::-1]
    assert (given.verb, given.reason) == ("grant.give", "Q4")
    assert (taken.verb, taken.reason) == ("grant.take", "Q4 is over")


def test_the_team_that_would_profit_may_not_help_itself(
    house: House, people: dict[str, User], finance_data: Team, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="airline-data"):
        operations.give(
            thing=house.connection, team=finance_data, use="use", by=people["hannah"], now=now
        )
    grant = Grant.objects.get(kind="connection", name="nyc-files")
    with pytest.raises(NotAllowed):
        operations.take(grant=grant, by=people["hannah"], now=now)


def test_rows_come_from_connections_only(house: House, finance_data: Team, now: datetime) -> None:
    with pytest.raises(Refused, match="Rows come from connections"):
        operations.give(thing=house.client, team=finance_data, use="rows", by=house.owner, now=now)
    operations.give(thing=house.connection, team=finance_data, use="rows", by=house.owner, now=now)


def test_giving_twice_is_told(house: House, now: datetime) -> None:
    with pytest.raises(Moved, match="already has this grant"):
        operations.give(thing=house.connection, team=house.team, use="use", by=house.owner, now=now)
