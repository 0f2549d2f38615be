"""Asking for a deployment."""

from __future__ import annotations

import pytest

from deployments.rollouts import operations
from deployments.rollouts.models import Configuration, Deployment
from deployments.targets.base import Finding, TargetError
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


def test_it_goes_live_with_an_empty_first_configuration(world: World) -> None:
    deployment = world.work(world.ask(1, world.staging, reason="First try"))
    assert deployment.state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == ("v1", "c1")
    assert Configuration.objects.get().values == {}
    assert deployment.previous_release is None
    assert deployment.reason == "First try"


def test_it_runs_its_steps_in_order_and_says_how_each_went(world: World) -> None:
    deployment = world.deploy(1, world.staging)
    said = [(step.name, step.state, step.message) for step in deployment.steps.all()]
    assert [(name, state) for name, state, _ in said] == [
        ("rules", "done"),
        ("prepare", "done"),
        ("switch", "done"),
        ("confirm", "done"),
    ]
    assert said[1][2] == "Crate 1 is packed."
    assert said[2][2] == "v1 with c1 is live. Nothing was before."
    assert said[3][2] == "Nobody has opened the crate yet."
    assert deployment.message == "Nobody has opened the crate yet."


def test_the_next_release_keeps_the_configuration_and_remembers_what_it_replaced(
    world: World,
) -> None:
    world.deploy(1, world.staging)
    deployment = world.deploy(2, world.staging)
    assert world.serving(world.staging) == ("v2", "c1")
    assert (str(deployment.previous_release), str(deployment.previous_configuration)) == (
        "v1",
        "c1",
    )


def test_it_waits_for_another_person_where_the_environment_asks_for_one(world: World) -> None:
    world.deploy(1, world.staging)
    deployment = world.ask(1, world.production)
    assert deployment.state == Deployment.State.AWAITING_APPROVAL
    assert deployment.message == "Waits until Ines Costa, Tomas Novak or Priya Raman approves."
    assert world.steps(world.work(deployment)) == {
        "rules": "done",
        "approval": "waiting",
        "prepare": "pending",
        "switch": "pending",
        "confirm": "pending",
    }
    assert world.serving(world.production) is None


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_it_refuses_who_may_not_and_names_who_can(world: World, name: str) -> None:
    with pytest.raises(NotAllowed, match="Ines Costa, Mira Okafor, Tomas Novak of airline-data"):
        world.ask(1, world.staging, by=name)
    assert not Deployment.objects.exists()
    (entry,) = world.entries("deployment.request")
    assert (entry.outcome, entry.actor, entry.environment) == (
        "refused",
        world.people[name],
        "staging",
    )


def test_production_wants_the_release_to_have_been_live_in_staging(world: World) -> None:
    with pytest.raises(Refused, match=r"v1 has not been live in staging. Deploy it there first."):
        world.ask(1, world.production)


def test_another_environment_only_warns_about_the_one_before_it(world: World) -> None:
    assert world.deploy(1, world.staging).state == Deployment.State.SUCCEEDED


def test_what_is_live_already_changes_nothing(world: World) -> None:
    world.deploy(1, world.staging)
    with pytest.raises(Refused, match="v1 with this configuration is live in staging already"):
        world.ask(1, world.staging)


def test_one_place_takes_one_deployment_at_a_time(world: World) -> None:
    first = world.ask(1, world.staging)
    with pytest.raises(Moved, match=rf"#{first.number} \(v1 → staging\) by Mira Okafor is being"):
        world.ask(2, world.staging)
    assert world.ask(2, world.development)


def test_a_rule_of_the_target_stops_it(world: World, crates: type[Crates]) -> None:
    crates.findings = (Finding("Bound", "fail", "nyc-files is not bound in staging.", "platform"),)
    with pytest.raises(Refused, match=r"nyc-files is not bound in staging.") as refused:
        world.ask(1, world.staging)
    assert refused.value.details == [
        {
            "message": "nyc-files is not bound in staging.",
            "rule": "Bound",
            "override": "platform",
        }
    ]


def test_a_target_that_does_not_answer_stops_it_in_words(
    world: World, crates: type[Crates]
) -> None:
    crates.trouble["plan"] = [TargetError("The crane does not answer.", permanent=False)]
    with pytest.raises(Refused, match=r"The crane does not answer."):
        world.ask(1, world.staging)


def test_it_knows_its_strategies_by_name(world: World) -> None:
    with pytest.raises(Refused, match=r"There is no strategy “rollback”: choose all_at_once."):
        operations.request(
            component=world.component,
            release=world.release(1),
            environment=world.staging,
            by=world.people["mira"],
            now=world.now(),
            strategy="rollback",
        )
