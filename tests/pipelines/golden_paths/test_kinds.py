"""A client and a delivery at each kind of destination: what the dry run lets pass succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from deployments.rollouts.models import Deployment
from pipelines.connections import operations as connections
from pipelines.connections.coming import Coming
from pipelines.connections.models import Destination
from pipelines.connections.steps import BindDestination, CreateDestination
from pipelines.deliveries.models import Delivery
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.transformations.models import Version
from pipelines.transformations.steps import AddDelivery
from portal.accounts.models import Team, User
from portal.errors import Refused
from portal.golden_paths import operations
from portal.golden_paths.models import PathRun
from portal.golden_paths.steps.base import Objection, Plan
from tests.conftest import NOW
from tests.pipelines.factories import House, file, staged
from tests.pipelines.golden_paths.conftest import Drive

ANSWERS: dict[str, Any] = {
    "client": "globex",
    "title": "Globex Travel",
    "team": "airline-data",
    "destination": "globex-place",
    "environments": ["staging"],
    "transformation": "carrier-punctuality",
}
TO = {"client": "globex", "destination": "globex-place"}
BINDINGS: dict[str, dict[str, str]] = {
    "webhook": {
        "address": "https://globex.example/hook",
        "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    },
    "postgres": {"address": "postgresql://writer@db.globex.example:5432/in", "secret": "hidden"},
}
# What is answered about the delivery, what the file says then, and where it goes in a run
KINDS = [
    ("directory", {"format": "csv", "path": "a/{month}.csv"}, "a/1.csv"),
    ("directory", {"format": "csv"}, "carrier-punctuality/1.csv"),
    ("webhook", {"format": "jsonl"}, ""),
    ("postgres", {"table": "reports.flights", "mode": "upsert"}, "reports.flights"),
    ("postgres", {"table": "reports.flights"}, "reports.flights"),
]


@pytest.fixture(autouse=True)
def registered(house: House, paths: None) -> None:
    house.live(now=NOW)


def start(house: House, kind: str, said: Mapping[str, str], *, is_dry_run: bool) -> PathRun:
    folder = {"address": f"{house.folder}/globex/{{environment}}"} if kind == "directory" else {}
    return operations.start(
        path="new-client-and-delivery",
        answers={**ANSWERS, "kind": kind, **said, **folder},
        by=house.owner,
        now=NOW,
        is_dry_run=is_dry_run,
    )


def bind(house: House, kind: str) -> None:
    """What someone does on the page of what needs a secret."""
    connections.bind(
        thing=Destination.objects.get(name="globex-place"),
        environment=house.environment,
        by=house.owner,
        now=NOW,
        **BINDINGS[kind],
    )


def sent(house: House) -> Delivery:
    """The newest version is deployed and has run: its delivery to the new client."""
    deployment = house.deploy(Version.objects.latest("number"), now=NOW)
    assert deployment.state == Deployment.State.SUCCEEDED, deployment.message
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=NOW,
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=NOW)
    assert claim is not None
    assert execution.succeed(claim=claim, outcome=staged(claim), now=NOW)
    return Delivery.objects.get(run=run, client__name="globex")


@pytest.mark.parametrize(("kind", "said", "place"), KINDS)
def test_each_kind_succeeds_from_the_dry_run_to_a_delivery(
    house: House, drive: Drive, kind: str, said: dict[str, str], place: str
) -> None:
    dry = start(house, kind, said, is_dry_run=True)
    assert dry.plan["objections"] == []
    assert {step["stands"] for step in dry.plan["steps"]} == {"would"}
    run = drive(start(house, kind, said, is_dry_run=False))
    if kind != "directory":
        assert run.state == PathRun.State.RUNNING
        bind(house, kind)
        run = drive(run)
    assert run.state == PathRun.State.DONE, run.message
    assert Version.objects.latest("number").spec["deliveries"][-1] == {**TO, **said}
    delivery = sent(house)
    assert (delivery.path, delivery.format) == (place, said.get("format", "table"))


def test_upserting_without_a_key_is_said_beforehand(house: House) -> None:
    contract = {**file()["spec"]["contract"]}
    del contract["key"]
    house.live(file(contract=contract), now=NOW)
    said = {"table": "reports.flights", "mode": "upsert"}
    with pytest.raises(Refused, match="Upserting needs the contract's key") as refused:
        start(house, "postgres", said, is_dry_run=False)
    assert refused.value.field == "answers.mode"


def planned(house: House, kind: str, said: Mapping[str, str]) -> Plan:
    """By a step that says everything, with a destination that is not there yet."""
    coming = Coming("globex-place", kind, "globex", "airline-data")
    grants = (
        ("grant", "airline-data client globex"),
        ("grant", "airline-data destination globex-place"),
    )
    return AddDelivery().plan(
        given={"transformation": "carrier-punctuality", **TO, **said},
        by=house.owner,
        now=NOW,
        ahead=frozenset((("client", "globex"), *coming.things, *grants)),
    )


def is_done(house: House, said: Mapping[str, str]) -> bool:
    """Whether the same step succeeds, once all of it is there; nothing of it stays."""
    given = {"transformation": "carrier-punctuality", **TO, **said}
    with transaction.atomic():
        try:
            AddDelivery().do(given=given, by=house.owner, now=NOW, key="", kept={})
        except Refused:
            return False
        finally:
            transaction.set_rollback(True)
    return True


@pytest.mark.parametrize("kind", ["directory", "webhook", "postgres"])
def test_the_dry_run_and_the_step_agree_about_everything_that_can_be_said(
    house: House, kind: str
) -> None:
    offered = {"format": "csv", "path": "a.csv", "table": "reports.x", "mode": "upsert"}
    sayings = [
        {
            word: text
            for (word, text), is_said in zip(offered.items(), chosen, strict=True)
            if is_said
        }
        for chosen in product((False, True), repeat=4)
    ]
    beforehand = [not planned(house, kind, said).objections for said in sayings]
    given = {"team": house.team, "by": house.owner, "now": NOW}
    client = connections.create_client(name="globex", title="Globex", **given)
    place = connections.create_destination(name="globex-place", kind=kind, client=client, **given)
    for thing in (client, place):
        connections.give(thing=thing, use="use", **given)
    assert [is_done(house, said) for said in sayings] == beforehand
    assert any(beforehand)
    assert not all(beforehand)


def test_an_objection_names_what_it_is_about(house: House) -> None:
    said = planned(house, "webhook", {"format": "csv", "path": "a.csv"}).objections
    assert said == (
        Objection(
            "globex-place can't take this delivery. A webhook has no paths: each delivery is an "
            "event of its own. Leave `path` out.",
            "path",
        ),
    )


def test_another_clients_destination_is_refused_beforehand(house: House) -> None:
    ahead = Coming("globex-place", "directory", "acme-travel", "airline-data").things
    given = {"transformation": "carrier-punctuality", **TO, "format": "csv"}
    plan = AddDelivery().plan(given=given, by=house.owner, now=NOW, ahead=frozenset(ahead))
    words = "globex-place belongs to acme-travel, not to globex."
    assert Objection(words, "destination") in plan.objections


def test_a_place_of_a_client_of_others_is_refused_beforehand(
    house: House, people: dict[str, User], finance_data: Team
) -> None:
    given = {"name": "globex-place", "kind": "directory", "client": "acme-travel",
             "team": finance_data.name}  # fmt: skip
    plan = CreateDestination().plan(given=given, by=people["hannah"], now=NOW, ahead=frozenset())
    [objection] = plan.objections
    assert objection.message.startswith("finance-data has no grant to use the client acme-travel.")
    assert objection.given == "client"


def test_a_place_is_judged_before_it_is_there(house: House) -> None:
    """Where another destination lies already, and where bindings may not point at all."""
    made = CreateDestination().plan(
        given={"name": "globex-place", "kind": "directory", "client": "acme-travel",
               "team": "airline-data"},
        by=house.owner,
        now=NOW,
        ahead=frozenset(),
    )  # fmt: skip
    assert made.objections == ()
    for address, words in (
        (str(house.drop), "which is acme-drop in staging"),
        ("/data/drops", "is outside of the folders that bindings may point into"),
        ("drops", "is not absolute"),
    ):
        given = {"destination": "globex-place", "environments": ["staging"], "address": address}
        plan = BindDestination().plan(
            given=given, by=house.owner, now=NOW, ahead=frozenset(made.makes)
        )
        [objection] = plan.objections
        assert words in objection.message
        assert objection.given == "address"


def test_a_kind_that_there_is_not_is_said_once(house: House) -> None:
    with pytest.raises(Refused) as refused:
        start(house, "ftp", {"format": "csv"}, is_dry_run=False)
    assert refused.value.field == "answers.kind"
