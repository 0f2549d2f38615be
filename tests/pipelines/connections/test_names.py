"""Naming sources, clients and destinations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipelines.connections import operations
from pipelines.connections.models import Client, Connection, Destination
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.errors import NotAllowed, Refused

People = dict[str, User]


def create(noun: str, team: Team, by: User, now: datetime, **more: Any) -> Any:
    values = {"name": f"a-{noun}", "team": team, "by": by, "now": now, **more}
    if noun == "connection":
        return operations.create_connection(kind="directory", **values)
    if noun == "client":
        return operations.create_client(title="A client", **values)
    client = Client.objects.filter(name="its-client").first() or Client.objects.create(
        name="its-client", title="Its client", team=team, created_at=now
    )
    return operations.create_destination(kind="directory", client=client, **values)


NOUNS = pytest.mark.parametrize("noun", ["connection", "client", "destination"])


@NOUNS
def test_a_maintainer_names_one_and_the_audit_says_so(
    people: People, airline_data: Team, noun: str, now: datetime
) -> None:
    made = create(noun, airline_data, people["ines"], now)

    entry = Entry.objects.get(verb=f"{noun}.create")
    assert (made.name, made.team) == (f"a-{noun}", airline_data)
    assert (entry.kind, entry.thing, entry.team) == (noun, f"a-{noun}", "airline-data")
    assert entry.actor == people["ines"]


@NOUNS
@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_others_may_not(
    people: People, airline_data: Team, noun: str, name: str, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match=r"Ines Costa, Tomas Novak of airline-data can"):
        create(noun, airline_data, people[name], now)


@NOUNS
def test_a_name_is_unique(people: People, airline_data: Team, noun: str, now: datetime) -> None:
    create(noun, airline_data, people["ines"], now)
    with pytest.raises(Refused, match=f"already a {noun} called a-{noun}") as caught:
        create(noun, airline_data, people["ines"], now)
    assert caught.value.field == "name"


@NOUNS
def test_a_name_is_a_slug(people: People, airline_data: Team, noun: str, now: datetime) -> None:
    with pytest.raises(Refused, match="can't be a name"):
        create(noun, airline_data, people["ines"], now, name="Not A Slug")


def test_an_unknown_kind_is_refused(people: People, airline_data: Team, now: datetime) -> None:
    with pytest.raises(Refused, match=r"no kind. There is: directory"):
        operations.create_connection(
            name="x", kind="ftp", team=airline_data, by=people["ines"], now=now
        )
    assert not Connection.objects.exists()
    assert not Destination.objects.exists()


def test_nobody_attaches_a_place_to_a_client_of_others(
    people: People, airline_data: Team, finance_data: Team, now: datetime
) -> None:
    client = create("client", airline_data, people["ines"], now)
    values: dict[str, Any] = {"kind": "directory", "client": client, "team": finance_data}

    with pytest.raises(NotAllowed) as refused:
        operations.create_destination(name="theirs", by=people["hannah"], now=now, **values)

    assert refused.value.message == (
        "finance-data has no grant to use the client a-client. "
        "Ines Costa or Tomas Novak (airline-data) can give it."
    )
    operations.remove_client(thing=client, by=people["ines"], now=now)


def test_whose_team_has_the_use_of_a_client_names_places_of_it(
    people: People, airline_data: Team, finance_data: Team, now: datetime
) -> None:
    client = create("client", airline_data, people["ines"], now)
    operations.give(thing=client, team=finance_data, use="use", by=people["ines"], now=now)
    values: dict[str, Any] = {"kind": "directory", "client": client, "team": finance_data}

    made = operations.create_destination(name="theirs", by=people["hannah"], now=now, **values)

    assert made.team == finance_data


def test_whoever_answers_for_a_client_and_the_platform_name_its_places_for_any_team(
    people: People, airline_data: Team, finance_data: Team, now: datetime
) -> None:
    client = create("client", airline_data, people["ines"], now)
    values: dict[str, Any] = {"kind": "directory", "client": client, "team": finance_data}

    made = operations.create_destination(name="theirs", by=people["priya"], now=now, **values)

    assert made.client == client
