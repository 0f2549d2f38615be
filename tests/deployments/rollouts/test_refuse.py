"""Saying no to a deployment that waits for approval."""

from __future__ import annotations

import pytest

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from observability.changes.models import Change
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.world import World


@pytest.fixture
def waiting(world: World) -> Deployment:
    world.deploy(1, world.staging)
    return world.ask(1, world.production)


def _refuse(
    world: World, deployment: Deployment, *, by: str = "tomas", note: str = "Rows double."
) -> Deployment:
    return operations.refuse(deployment=deployment, by=world.people[by], now=world.now(), note=note)


def test_one_no_ends_it_with_its_reason(world: World, waiting: Deployment) -> None:
    refused = _refuse(world, waiting)
    assert refused.state == Deployment.State.REFUSED
    assert refused.message == (
        "Refused by Tomas Novak: “Rows double.” Nothing changed: nothing is live in production."
    )
    assert world.steps(refused) == {
        "rules": "done",
        "approval": "failed",
        "prepare": "skipped",
        "switch": "skipped",
        "confirm": "skipped",
    }
    assert Change.objects.get(kind="deployment", environment="production").outcome == "refused"


def test_nothing_of_it_happens_afterwards(world: World, waiting: Deployment) -> None:
    _refuse(world, waiting)
    assert world.work(waiting).state == Deployment.State.REFUSED
    assert world.serving(world.production) is None
    with pytest.raises(Moved, match=r"was refused. There is nothing to approve."):
        world.approve(waiting)


def test_it_wants_a_reason(world: World, waiting: Deployment) -> None:
    with pytest.raises(Refused, match="Say why not") as refused:
        _refuse(world, waiting, note="  ")
    assert refused.value.field == "note"


def test_whoever_asked_aborts_instead(world: World) -> None:
    world.deploy(1, world.staging)
    asked = world.ask(1, world.production, by="ines")
    with pytest.raises(NotAllowed, match="abort it instead"):
        _refuse(world, asked, by="ines")


def test_it_refuses_who_does_not_maintain_the_team(world: World, waiting: Deployment) -> None:
    with pytest.raises(NotAllowed, match="Ines Costa, Tomas Novak of airline-data can"):
        _refuse(world, waiting, by="mira")


def test_the_place_is_free_again(world: World, waiting: Deployment) -> None:
    _refuse(world, waiting)
    assert world.ask(1, world.production).state == Deployment.State.AWAITING_APPROVAL
