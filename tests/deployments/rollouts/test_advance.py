"""A step that waits for a person."""

from __future__ import annotations

import pytest

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation
from portal.errors import Moved, NotAllowed
from tests.deployments.crate import Crates
from tests.deployments.world import World


@pytest.fixture
def asking(world: World, crates: type[Crates]) -> Deployment:
    """v1 is live, does badly, and waits for someone to say what that means."""
    crates.health[1, "staging"] = Observation("degraded", "Half of its runs failed.")
    return world.deploy(1, world.staging)


def _advance(world: World, deployment: Deployment, by: str = "mira") -> Deployment:
    return operations.advance(deployment=deployment, by=world.people[by], now=world.now())


def test_a_new_release_that_does_badly_waits_for_a_person(world: World, asking: Deployment) -> None:
    assert (asking.state, asking.message) == (
        Deployment.State.WAITING,
        "Half of its runs failed.",
    )
    assert world.serving(world.staging) == ("v1", "c1")
    assert world.steps(asking)["confirm"] == "waiting"


def test_a_person_lets_it_stand(world: World, asking: Deployment) -> None:
    done = _advance(world, asking)
    assert done.state == Deployment.State.SUCCEEDED
    assert done.message == "Half of its runs failed. Mira Okafor let it go on."
    assert world.steps(done)["confirm"] == "done"
    (entry,) = world.entries("deployment.advance")
    assert (entry.actor, entry.after) == (world.people["mira"], {"step": "confirm"})


def test_a_configuration_that_may_mend_it_does_not_wait(world: World, asking: Deployment) -> None:
    _advance(world, asking)
    mended = operations.configure(
        component=world.component,
        environment=world.staging,
        values={"limits": {"memory_mb": 512}},
        by=world.people["mira"],
        now=world.now(),
    )
    assert world.work(mended).state == Deployment.State.SUCCEEDED


def test_an_approval_is_not_given_by_advancing(world: World) -> None:
    world.deploy(2, world.staging)
    with pytest.raises(Moved, match=r"waits for an approval. An approval lets it go on."):
        _advance(world, world.ask(2, world.production))


def test_what_does_not_wait_can_not_go_on(world: World) -> None:
    with pytest.raises(Moved, match="Nothing in it waits for a go-ahead"):
        _advance(world, world.ask(2, world.staging))


def test_it_refuses_viewers(world: World, asking: Deployment) -> None:
    with pytest.raises(NotAllowed):
        _advance(world, asking, by="jonas")
