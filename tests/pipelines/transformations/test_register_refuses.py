"""What a registration is refused for: rights, names, grants, and SQL that the engine won't take."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.connections import operations as connections
from pipelines.engines.registry import engine
from pipelines.transformations.models import Transformation, Version
from pipelines.transformations.operations import register
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.errors import NotAllowed, Refused
from tests.pipelines.factories import House, file

People = dict[str, User]


def refused(content: Any, by: User, now: datetime) -> Refused:
    with pytest.raises(Refused) as caught:
        register(file=content, by=by, now=now)
    return caught.value


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_a_viewer_and_a_stranger_may_not(
    house: House, people: People, name: str, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="airline-data"):
        register(file=file(), by=people[name], now=now)
    assert not Version.objects.exists()


def test_everything_that_is_missing_is_said_at_once(house: House, now: datetime) -> None:
    content = file(
        inputs={"flights": {"connection": "nyc-file", "path": "flights.parquet"}},
        deliveries=[{"client": "acme-travl", "destination": "nowhere-at-all", "format": "csv"}],
    )
    content["metadata"]["owner"] = "mira"

    answer = refused(content, house.developer, now)

    said = {str(each["field"]): str(each["message"]) for each in answer.details}
    assert said.keys() == {
        "metadata.owner",
        "spec.inputs.flights.connection",
        "spec.deliveries[0].client",
        "spec.deliveries[0].destination",
    }
    assert "Did you mean nyc-files?" in said["spec.inputs.flights.connection"]
    assert "Did you mean acme-travel?" in said["spec.deliveries[0].client"]
    assert answer.message.startswith("4 things need mending.")
    assert not Component.objects.exists()


def test_an_unknown_team_is_told_with_the_nearest(house: House, now: datetime) -> None:
    content = file()
    content["metadata"]["team"] = "airline-date"
    answer = refused(content, house.developer, now)
    assert answer.message == "There is no team “airline-date”. Did you mean airline-data?"
    assert answer.field == "metadata.team"


def test_without_a_grant_it_says_who_can_give_it(
    house: House, people: People, finance_data: Team, now: datetime
) -> None:
    content = file()
    content["metadata"]["team"] = "finance-data"

    answer = refused(content, people["hannah"], now)

    messages = [str(each["message"]) for each in answer.details]
    assert len(messages) == 3
    assert messages[0] == (
        "finance-data has no grant to query the connection nyc-files. "
        "Ines Costa or Tomas Novak (airline-data) can give it."
    )


def test_a_destination_of_another_client_is_refused(house: House, now: datetime) -> None:
    other = connections.create_client(
        name="globex", title="Globex", team=house.team, by=house.owner, now=now
    )
    connections.give(thing=other, team=house.team, use="use", by=house.owner, now=now)
    wrong = [{"client": "globex", "destination": "acme-drop", "format": "csv"}]

    answer = refused(file(deliveries=wrong), house.developer, now)

    assert answer.message == "acme-drop belongs to acme-travel, not to globex."
    assert answer.field == "spec.deliveries[0].destination"


def test_a_table_of_a_folder_is_refused(house: House, now: datetime) -> None:
    inputs = {"flights": {"connection": "nyc-files", "table": "public.flights"}}
    answer = refused(file(inputs=inputs), house.developer, now)
    assert "A folder has files, not tables" in answer.message


def test_a_name_of_another_team_or_kind_is_taken(
    house: House, people: People, finance_data: Team, now: datetime
) -> None:
    catalog.register(
        name="carrier-punctuality", team=finance_data, kind="service", by=people["hannah"], now=now
    )
    answer = refused(file(), house.developer, now)
    assert "is a service of finance-data" in answer.message

    Component.objects.update(kind="transformation")
    answer = refused(file(), house.developer, now)
    assert "belongs to finance-data, not to airline-data" in answer.message
    assert not Transformation.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY carrier;;",
        "FROM flights SELECT carrier, count(*) AS flights WHERE month = $month GROUP BY ALL",
        "SELECT carrier, count(*) AS flights FROM flights WHERE month = $Month GROUP BY ALL",
    ],
)
def test_what_the_engine_takes_is_taken(house: House, sql: str, now: datetime) -> None:
    assert register(file=file(sql), by=house.developer, now=now)[1]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT carrier, flights FORM flights WHERE month = $month",
        "INSERT INTO flights SELECT $month AS carrier, 2 AS flights",
        "SELECT 1 AS carrier, $month AS flights; SELECT 2",
        "SET threads = 8",
    ],
)
def test_what_the_engine_refuses_is_refused_with_a_place(
    house: House, sql: str, now: datetime
) -> None:
    answer = refused(file(sql), house.developer, now)
    assert answer.field == "spec.sql"


def test_while_the_sandbox_is_away_it_asks_to_try_again(
    house: House, tmp_path: Path, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(engine(), "socket", str(tmp_path / "nobody.sock"))

    answer = refused(file(), house.developer, now)

    assert "can't be checked just now" in answer.message
    assert "Try again" in answer.message
    assert answer.status == 503
    assert not Component.objects.exists()
