"""Agreeing that something goes live."""

from __future__ import annotations

import pytest

from deployments.environments import operations as environments
from deployments.environments.models import Environment
from deployments.rollouts.models import Deployment
from portal.errors import Moved, NotAllowed
from tests.deployments.world import World


@pytest.fixture
def waiting(world: World) -> Deployment:
    """v1 waits for production's approval."""
    world.deploy(1, world.staging)
    return world.ask(1, world.production)


def test_another_maintainer_lets_it_go_on(world: World, waiting: Deployment) -> None:
    approved = world.approve(waiting, note="Diff read.")
    assert approved.state == Deployment.State.RUNNING
    assert world.work(approved).state == Deployment.State.SUCCEEDED
    assert world.serving(world.production) == ("v1", "c1")
    step = world.again(waiting).steps.get(name="approval")
    assert (step.state, step.message) == ("done", "Ines Costa: “Diff read.”")


def test_the_platform_may_approve_too(world: World, waiting: Deployment) -> None:
    assert world.approve(waiting, by="priya").state == Deployment.State.RUNNING


def test_whoever_asked_never_approves_it(world: World) -> None:
    world.deploy(1, world.staging)
    asked = world.ask(1, world.production, by="ines")
    with pytest.raises(NotAllowed, match="someone else approves it: Tomas Novak or Priya Raman"):
        world.approve(asked, by="ines")
    refused = world.entries("deployment.approve")[-1]
    assert (refused.outcome, refused.team) == ("refused", "airline-data")
    assert refused.thing == f"{asked.component.name} #{asked.number}"  # as the granted ones are
    assert world.again(asked).state == Deployment.State.AWAITING_APPROVAL


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_it_refuses_who_does_not_maintain_the_team(
    world: World, waiting: Deployment, name: str
) -> None:
    with pytest.raises(NotAllowed, match="You may not approve its deployments"):
        world.approve(waiting, by=name)
    (entry,) = world.entries("deployment.approve")
    assert (entry.outcome, entry.component) == ("refused", "carrier-punctuality")


def test_what_runs_already_needs_no_approval(world: World, waiting: Deployment) -> None:
    world.approve(waiting)
    with pytest.raises(Moved, match=r"is being deployed. There is nothing to approve."):
        world.approve(waiting, by="tomas")


def test_it_goes_on_when_as_many_agreed_as_the_environment_asks_for(world: World) -> None:
    strict = _strict(world)
    deployment = world.ask(1, strict)
    first = world.approve(deployment, by="ines")
    assert first.state == Deployment.State.AWAITING_APPROVAL
    assert first.message == "1 of 2 agreed. Ines Costa."
    assert world.approve(deployment, by="tomas").state == Deployment.State.RUNNING


def test_a_person_decides_once(world: World) -> None:
    deployment = world.ask(1, _strict(world))
    world.approve(deployment)
    with pytest.raises(Moved, match="You have decided about this deployment already"):
        world.approve(deployment)


def test_it_is_written_down_with_its_note(world: World, waiting: Deployment) -> None:
    world.approve(waiting, note="Diff read.")
    (entry,) = world.entries("deployment.approve")
    assert (entry.outcome, entry.actor, entry.reason, entry.after) == (
        "done",
        world.people["ines"],
        "Diff read.",
        {"approvals": 1, "of": 1},
    )


def _strict(world: World) -> Environment:
    """Asks for two people; not production, so that nothing has to run elsewhere before."""
    return environments.create(
        name="strict",
        title="Strict",
        order=15,
        approvals=2,
        is_production=False,
        by=world.people["priya"],
        now=world.now(),
    )
