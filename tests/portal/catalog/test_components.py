"""Components: registered by a team's developers, found by everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.catalog import operations
from portal.catalog.models import Component, Dependency
from portal.errors import NotAllowed, Refused
from tests.conftest import NOW

Program = Callable[..., APIClient]
URL = "/api/v1/components/"


def register(by: User, team: Team, name: str = "weather-api", **given: str) -> Component:
    return operations.register(name=name, team=team, by=by, now=NOW, **{"kind": "api", **given})


def test_a_developer_registers_for_the_own_team(
    people: dict[str, User], airline_data: Team
) -> None:
    component = register(people["mira"], airline_data)
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.component, entry.team) == (
        "component.register",
        component.name,
        "airline-data",
    )


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_others_do_not(people: dict[str, User], airline_data: Team, name: str) -> None:
    with pytest.raises(NotAllowed):
        register(people[name], airline_data)


@pytest.mark.parametrize("name", ["Weather API", "", "-x", "x" * 61])
def test_a_name_is_a_slug(people: dict[str, User], airline_data: Team, name: str) -> None:
    with pytest.raises(Refused, match="can't be a name"):
        register(people["mira"], airline_data, name)


def test_a_name_is_taken_once(people: dict[str, User], airline_data: Team) -> None:
    register(people["mira"], airline_data)
    with pytest.raises(Refused, match="already registered by airline-data"):
        register(people["mira"], airline_data)


def test_what_it_depends_on_is_replaced_by_source(
    people: dict[str, User], airline_data: Team
) -> None:
    component = register(people["mira"], airline_data)

    def depend(source: str, *names: str) -> None:
        operations.depend(
            component=component,
            on=[("reads", "connection", name) for name in names],
            source=Dependency.Source(source),
            now=NOW,
        )

    depend("declared", "a", "b")
    depend("observed", "b")
    depend("declared", "b", "c")
    rows = component.dependencies.values_list("name", "source")
    assert sorted(rows) == [("b", "declared"), ("b", "observed"), ("c", "declared")]


def test_the_api_registers_lists_and_shows(
    program: Program, people: dict[str, User], finance_data: Team
) -> None:
    client = program("mira")
    body = {"name": "weather-api", "team": "airline-data", "kind": "api", "title": "Weather"}
    assert client.post(URL, body).status_code == 201
    register(people["hannah"], finance_data, "ledger", kind="service")
    for query, names in (
        ("", ["ledger", "weather-api"]),
        ("?kind=api", ["weather-api"]),
        ("?team=finance-data", ["ledger"]),
        ("?q=weath", ["weather-api"]),
        ("?q=nothing", []),
    ):
        assert [row["name"] for row in client.get(URL + query).json()["results"]] == names
    assert client.get(f"{URL}weather-api/").json()["dependencies"] == []


def test_a_name_is_found_by_its_beginning_among_hundreds_that_hold_the_word(
    program: Program, people: dict[str, User], airline_data: Team
) -> None:
    """As completion asks for it: no more than 200 in the order of their names."""
    for number in range(201):
        register(people["mira"], airline_data, f"a{number}-gate")
    register(people["mira"], airline_data, "gate-api")
    register(people["mira"], airline_data, "gat")

    def named(**query: str) -> list[str]:
        answer = program("mira").get(URL, {**query, "limit": "200"})
        return [row["name"] for row in answer.json()["results"]]

    assert "gate-api" not in named(q="gate"), "there are too many by words"
    assert named(name_begins="gate") == ["gate-api"]
    assert named(name_begins="gate_") == named(name_begins="%") == [], "none of it is a pattern"
    assert named(name_begins="ga", kind="library") == []


def test_a_transformation_comes_by_its_file(program: Program) -> None:
    body = {"name": "x", "team": "airline-data", "kind": "transformation"}
    assert program("mira").post(URL, body).json()["field"] == "kind"
