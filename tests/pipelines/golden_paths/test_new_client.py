"""A new client, its destination, the grants and the delivery; and all of it taken back."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.releases import queries as releases
from pipelines.connections import operations as connections
from pipelines.connections.models import Binding, Client, Destination
from pipelines.transformations.models import Version
from portal.accounts.models import Grant
from portal.catalog.models import Dependency
from portal.errors import Refused
from portal.golden_paths import operations, queries
from portal.golden_paths.models import PathRun, PathStep
from tests.conftest import NOW
from tests.pipelines.factories import House
from tests.pipelines.golden_paths.conftest import Drive

ANSWERS: dict[str, Any] = {
    "client": "globex",
    "title": "Globex Travel",
    "team": "airline-data",
    "destination": "globex-drop",
    "kind": "directory",
    "environments": ["staging"],
    "transformation": "carrier-punctuality",
    "format": "csv",
}
OPEN: dict[str, Any] = {"address": None, "format": None}
TABLE: dict[str, Any] = {**OPEN, "kind": "postgres", "table": "reports.x", "mode": "replace"}


@pytest.fixture(autouse=True)
def registered(house: House, paths: None) -> None:
    house.live(now=NOW)


def start(house: House, *, is_dry_run: bool = False, **more: Any) -> PathRun:
    address = str(house.folder / "globex" / "{environment}")
    return operations.start(
        path="new-client-and-delivery",
        answers={k: v for k, v in {**ANSWERS, "address": address, **more}.items() if v is not None},
        by=house.owner,
        now=NOW,
        is_dry_run=is_dry_run,
    )


def test_everything_is_there_afterwards(house: House, drive: Drive) -> None:
    (house.folder / "globex" / "staging").mkdir(parents=True)
    run = drive(start(house))
    assert run.state == PathRun.State.DONE, run.message
    client = Client.objects.get(name="globex")
    assert (client.title, client.team.name) == ("Globex Travel", "airline-data")
    binding = Binding.objects.get(destination__name="globex-drop")
    assert binding.address == str(house.folder / "globex" / "staging")
    assert Grant.objects.filter(name__startswith="globex").count() == 2
    version = Version.objects.latest("number")
    assert version.number == 2
    assert version.spec["deliveries"][-1] == {
        "client": "globex",
        "destination": "globex-drop",
        "format": "csv",
    }
    assert "/plan?release=2" in run.links[-1]["url"]


def test_the_dry_run_shows_the_line_that_is_added(house: House) -> None:
    run = start(house, is_dry_run=True)
    assert run.plan["objections"] == []
    edit = next(step["edit"] for step in run.plan["steps"] if step["edit"])
    assert "globex" not in edit["old"]
    assert "globex-drop" in edit["new"]
    assert not Client.objects.filter(name="globex").exists()


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"client": "acme-travel"}, "client", "acme-travel is taken"),
        ({"client": "Globex"}, "client", "can't be a name"),
        ({"address": ""}, "address", "Fill this in."),
        ({"address": "/data/{environment}"}, "address", "outside of the folders that bindings may"),
        ({"kind": "webhook"}, "address", "asked only where “Kind” is “A folder”. Leave it out."),
        ({"environments": []}, "environments", "Choose at least one."),
        ({"team": "finance-data"}, "team", "You may not create clients"),
        ({"path": "../x"}, "path", "Neither “..” nor hidden names"),
        ({"table": "reports.x"}, "table", "only where “Kind” is “A table of PostgreSQL”."),
        ({**TABLE, "table": ""}, "table", "Fill this in."),
        ({**TABLE, "table": "a.b.c"}, "table", "“a.b.c” is no name of a table. Write it as"),
        ({**TABLE, "format": "csv"}, "format", "only where “Kind” is “A folder” or “A webhook”."),
    ],
)
def test_what_would_be_refused_is_said_beforehand(
    house: House, more: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        start(house, **more)
    assert refused.value.field == f"answers.{field}"
    assert words in refused.value.message
    assert not Client.objects.filter(name="globex").exists()


def test_all_of_it_is_taken_back(house: House, drive: Drive) -> None:
    (house.folder / "globex" / "staging").mkdir(parents=True)
    run = drive(start(house))
    words = [each.words for each in queries.undoing(run)]
    assert words == [
        "Unbind globex-drop in staging",
        "Reject carrier-punctuality v2, so that nobody deploys it; it stays in the history",
        "Take from airline-data the use of the client globex and the destination globex-drop",
        "Take away the destination globex-drop",
        "Take away the client globex",
    ]
    run = drive(operations.undo(run=run, by=house.owner, now=NOW, reason="Wrong client."))
    assert run.state == PathRun.State.UNDONE, run.message
    assert not Client.objects.filter(name="globex").exists()
    assert not Destination.objects.filter(name="globex-drop").exists()
    assert not Grant.objects.filter(name__startswith="globex").exists()
    assert not Dependency.objects.filter(name="globex").exists()
    release = releases.release(house.component(), 2)
    assert releases.rejection(release) is not None
    again = drive(start(house, format="jsonl"))
    assert again.state == PathRun.State.DONE, again.message
    names = [entry["client"] for entry in Version.objects.latest("number").spec["deliveries"]]
    assert names == ["acme-travel", "globex"]


def test_what_was_deployed_meanwhile_is_not_taken_back(house: House, drive: Drive) -> None:
    (house.folder / "globex" / "staging").mkdir(parents=True)
    run = drive(start(house))
    house.deploy(Version.objects.latest("number"), now=NOW)
    run = drive(operations.undo(run=run, by=house.owner, now=NOW, reason="Wrong client."))
    assert run.state == PathRun.State.STUCK
    assert "is live in staging. Roll back there first" in run.message
    assert Client.objects.filter(name="globex").exists()


def test_what_needs_a_secret_is_waited_for(house: House, drive: Drive) -> None:
    run = drive(start(house, kind="webhook", address=None, format="jsonl"))
    step = PathStep.objects.get(name="place")
    assert (run.state, step.state) == (PathRun.State.RUNNING, PathStep.State.WAITING)
    assert step.message == "Waits until someone binds globex-drop in staging."
    assert step.links == [{"title": "Globex Travel", "url": "/clients/globex/"}]
    connections.bind(
        thing=Destination.objects.get(name="globex-drop"),
        environment=house.environment,
        address="https://globex.example/hook",
        secret="whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        by=house.owner,
        now=NOW,
    )
    assert drive(run).state == PathRun.State.DONE
