"""Making a place to deploy to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from deployments.environments import operations, queries
from deployments.environments.models import Environment
from portal.accounts.models import User
from portal.errors import NotAllowed, Refused
from tests.deployments.world import NOW, World, entries

Program = Callable[..., APIClient]


def _create(people: dict[str, User], by: str = "priya", **other: Any) -> Environment:
    given = {
        "name": "canary",
        "title": "",
        "order": 15,
        "approvals": 1,
        "is_production": False,
        **other,
    }
    return operations.create(**given, by=people[by], now=NOW)


def test_it_stands_in_its_order(world: World) -> None:
    _create(dict(world.people))
    assert [place.name for place in queries.environments()] == [
        "development",
        "canary",
        "staging",
        "production",
    ]
    assert queries.before(world.staging) == Environment.objects.get(name="canary")


def test_it_is_written_down(people: dict[str, User]) -> None:
    _create(people)
    (entry,) = entries("environment.create")
    assert (entry.thing, entry.environment, entry.after) == (
        "canary",
        "canary",
        {"order": 15, "approvals": 1, "is_production": False},
    )


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": "Canary!"}, "name", "“Canary!” can't be a name: use lower-case"),
        ({"name": "staging"}, "name", "There is an environment called staging already"),
        ({"order": 20}, "order", "staging stands at place 20"),
        ({"order": -1}, "order", "The order is a whole number from 0"),
        ({"approvals": 11}, "approvals", "From 0 to 10 people"),
    ],
)
def test_it_refuses_what_makes_no_sense(
    world: World, given: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        _create(dict(world.people), **given)
    assert refused.value.field == field


def test_only_the_platform_may(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="Someone with the platform role can"):
        _create(people, by="ines")
    assert entries("environment.create")[0].outcome == "refused"


def test_the_api_makes_and_lists_them(program: Program) -> None:
    priya = program("priya")
    made = priya.post("/api/v1/environments/", {"name": "staging", "order": 20})
    assert (made.status_code, made.json()["title"]) == (201, "Staging")
    assert [row["name"] for row in priya.get("/api/v1/environments/").json()["results"]] == [
        "staging"
    ]
    assert priya.get("/api/v1/environments/staging/").json()["order"] == 20
    assert (
        program("mira").post("/api/v1/environments/", {"name": "x", "order": 1}).status_code == 403
    )
