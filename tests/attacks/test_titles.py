"""A title turns no line around and breaks none, whichever thing it is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deployments.environments import operations as environments
from pipelines.connections import change_operations
from pipelines.connections import operations as connections
from portal.accounts import change_operations as changing_accounts
from portal.accounts import operations as accounts
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.manifests import queries as manifests
from portal.manifests.reading import File
from tests.conftest import NOW

HOSTILE = " Fares\u202e\u200b\n(safe)\u2066 \x00"
SHOWN = "Fares (safe)"
PLACE = {"order": 90, "approvals": 0, "is_production": False}

Given = dict[str, Any]
MADE: dict[str, Callable[[Given, Team], Any]] = {
    "component": lambda given, team: catalog.register(kind="service", team=team, **given),
    "connection": lambda given, team: connections.create_connection(
        kind="directory", team=team, **given
    ),
    "client": lambda given, team: connections.create_client(team=team, **given),
    "destination": lambda given, team: connections.create_destination(
        kind="directory",
        team=team,
        client=connections.create_client(team=team, **{**given, "name": "its-client"}),
        **given,
    ),
    "environment": lambda given, _: environments.create(**PLACE, **given),
    "team": lambda given, _: accounts.create_team(description="", **given),
}
CHANGED: dict[str, Callable[[Any, Given], Any]] = {
    "component": lambda made, given: catalog.change(component=made, **given),
    "connection": lambda made, given: change_operations.change_connection(thing=made, **given),
    "client": lambda made, given: change_operations.change_client(thing=made, **given),
    "destination": lambda made, given: change_operations.change_destination(thing=made, **given),
    "environment": lambda made, given: environments.change(environment=made, **given),
    "team": lambda made, given: changing_accounts.change_team(team=made, **given),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_title_loses_what_nobody_sees(
    people: dict[str, User], airline_data: Team, kind: str
) -> None:
    said = {"by": people["priya"], "now": NOW}
    made = MADE[kind]({"name": "fares", "title": HOSTILE, **said}, airline_data)
    assert made.title == SHOWN

    made = CHANGED[kind](made, {"title": "Other", **said})
    assert made.title == "Other"
    assert CHANGED[kind](made, {"title": HOSTILE, **said}).title == SHOWN


def test_a_title_in_a_file_is_compared_as_it_is_kept(
    people: dict[str, User], airline_data: Team
) -> None:
    """Otherwise each plan would find the same difference again."""
    said = {"by": people["priya"], "now": NOW}
    connections.create_client(name="fares", title=HOSTILE, team=airline_data, **said)
    text = (
        "apiVersion: slipway/v1\nkind: Client\n"
        'metadata: {name: fares, team: airline-data, title: "Fares\\u202E (safe)"}\n'
    )
    plan = manifests.plan(files=[File("a.yaml", text)], source="x", secrets={}, **said)
    assert [step.differences for step in plan.steps] == [()]
