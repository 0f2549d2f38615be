"""Stopping a deployment before it is live."""

from __future__ import annotations

import pytest

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation, TargetError
from observability.changes.models import Change
from portal.errors import Moved, NotAllowed
from tests.deployments.crate import Crates
from tests.deployments.world import World


def _abort(
    world: World, deployment: Deployment, *, by: str = "mira", reason: str = ""
) -> Deployment:
    return operations.abort(
        deployment=deployment, by=world.people[by], now=world.now(), reason=reason
    )


def test_it_leaves_everything_as_it_was(world: World) -> None:
    world.deploy(1, world.staging)
    aborted = _abort(world, world.ask(2, world.staging), reason="Wrong file")
    assert aborted.state == Deployment.State.ABORTED
    assert aborted.message == (
        "Aborted by Mira Okafor: “Wrong file”. Nothing changed: v1 stays live in staging."
    )
    assert world.serving(world.staging) == ("v1", "c1")
    assert world.work(aborted).state == Deployment.State.ABORTED
    assert world.serving(world.staging) == ("v1", "c1")
    assert set(world.steps(aborted).values()) == {"done", "skipped"}
    assert Change.objects.order_by("-id").first().outcome == "aborted"


def test_what_the_target_made_ready_is_undone(world: World, crates: type[Crates]) -> None:
    crates.trouble["apply"] = [TargetError("The crane is away.", permanent=False)]
    deployment = world.work(world.ask(1, world.staging))
    _abort(world, deployment)
    assert crates.told == [("abort", "staging", 1)]


def test_a_target_that_can_not_undo_it_does_not_keep_it_open(
    world: World, crates: type[Crates]
) -> None:
    crates.trouble["apply"] = [TargetError("The crane is away.", permanent=False)]
    crates.trouble["abort"] = [TargetError("Still away.", permanent=False)]
    aborted = _abort(world, world.work(world.ask(1, world.staging)))
    assert aborted.state == Deployment.State.ABORTED
    assert aborted.message.endswith("What was made ready for it could not be undone: Still away.")


def test_what_is_live_is_left_by_rolling_back(world: World, crates: type[Crates]) -> None:
    crates.health[1, "staging"] = Observation("degraded", "Half of its runs failed.")
    live = world.deploy(1, world.staging)
    with pytest.raises(Moved, match="v1 is live in staging already"):
        _abort(world, live)


def test_what_is_over_can_not_be_aborted(world: World) -> None:
    with pytest.raises(Moved, match=r"is deployed. There is nothing left to abort."):
        _abort(world, world.deploy(1, world.staging))


def test_it_refuses_strangers(world: World) -> None:
    with pytest.raises(NotAllowed):
        _abort(world, world.ask(1, world.staging), by="hannah")
