"""Whoever dies between two writes of a deployment leaves neither: at each point there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings

from deployments.releases import operations as releases
from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from deployments.rollouts.operations import claims, working
from deployments.rollouts.operations.claims import Claim
from deployments.targets.base import Observation, TargetError
from tests.crashes import Act, assert_all_or_nothing
from tests.deployments.crate import Crates
from tests.deployments.world import World

pytestmark = pytest.mark.django_db
Scene = Callable[[World], Act]


def awaiting_approval(world: World) -> Deployment:
    world.deploy(1, world.staging)
    return world.ask(1, world.production)


def begun(world: World, deployment: Deployment) -> Claim:
    """Its next step, in a worker's hands."""
    claim = claims.claim(deployment.pk, "test", world.now())
    assert claim is not None
    return claim


def request(world: World) -> Act:
    world.release(1)
    return lambda: world.ask(1, world.staging)


def configure(world: World) -> Act:
    world.deploy(1, world.staging)
    return lambda: world.configure(world.staging, seconds=3)


def approve(world: World) -> Act:
    deployment = awaiting_approval(world)
    return lambda: world.approve(deployment)


def refuse(world: World) -> Act:
    deployment = awaiting_approval(world)
    by, now = world.people["ines"], world.now()
    return lambda: operations.refuse(deployment=deployment, by=by, now=now, note="No.")


def advance(world: World) -> Act:
    Crates.health[1, "staging"] = Observation("degraded", "It does badly.")
    deployment = world.deploy(1, world.staging)
    assert deployment.state == Deployment.State.WAITING
    by, now = world.people["ines"], world.now()
    return lambda: operations.advance(deployment=deployment, by=by, now=now)


def abort(world: World) -> Act:
    """One whose worker has begun, so that there is something to undo."""
    deployment = world.ask(1, world.staging)
    begun(world, deployment)
    by, now = world.people["mira"], world.now()
    return lambda: operations.abort(deployment=deployment, by=by, now=now, reason="Not today.")


def roll_back_over_one_under_way(world: World) -> Act:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.ask(3, world.staging)
    return lambda: world.roll_back(world.staging)


def reject_one_under_way(world: World) -> Act:
    world.ask(1, world.staging)
    return lambda: world.reject(1)


def lift(world: World) -> Act:
    world.reject(1)
    release, by, now = world.release(1), world.people["ines"], world.now()
    return lambda: releases.lift(release=release, by=by, now=now, reason="Right.")


def pause(world: World) -> Act:
    by, now = world.people["mira"], world.now()
    place = {"component": world.component, "environment": world.staging}
    return lambda: operations.pause(**place, reason="Wait.", by=by, now=now)


def resume(world: World) -> Act:
    pause(world)()
    by, now = world.people["mira"], world.now()
    place = {"component": world.component, "environment": world.staging}
    return lambda: operations.resume(**place, by=by, now=now)


def finish_the_last_step(world: World) -> Act:
    """Before it, each step was a transaction of its own."""
    deployment = world.ask(1, world.staging)
    for name in ("prepare", "switch"):
        claim = begun(world, deployment)
        assert claim.step.name == name
        assert working._do(claim, world.now)
    claim, now = begun(world, deployment), world.now()
    return lambda: claims.finish(claim, (claim.step.State.DONE, "Well."), now)


def fail_for_good(world: World) -> Act:
    claim, now = begun(world, world.ask(1, world.staging)), world.now()
    return lambda: claims.fail(claim, "It broke.", is_permanent=True, now=now)


def fail_for_now(world: World) -> Act:
    claim, now = begun(world, world.ask(1, world.staging)), world.now()
    return lambda: claims.fail(claim, "It broke.", is_permanent=False, now=now)


def take_back(world: World) -> Act:
    deployment = world.ask(1, world.staging)
    begun(world, deployment)
    now = world.now(settings.LEASE_SECONDS + 1)
    return lambda: operations.sweep(now=now)


def undo_in_vain(world: World) -> Act:
    """The target can't undo what it made ready; the deployment ends all the same."""
    act = abort(world)
    trouble = [TargetError("The crane is away.", permanent=True) for _ in range(2)]
    Crates.trouble["abort"] = trouble
    return act


ENDING = ["deployments.ending", "deployments.ended", "deployments.ending.noted"]
OPENING = ["deployments.opened", "deployments.steps.written", "deployments.opening"]
SCENES: dict[Scene, list[str]] = {
    request: OPENING,
    configure: OPENING,
    approve: ["deployments.approving", "deployments.approved"],
    refuse: ["deployments.refusing", *ENDING],
    advance: ["deployments.advancing", *ENDING],
    abort: ENDING,
    roll_back_over_one_under_way: [*ENDING, *OPENING],
    reject_one_under_way: [
        "deployments.rejection.written",
        "deployments.rejection.withdrawn",
        *ENDING,
        "deployments.rejection.committing",
    ],
    lift: ["deployments.lift.written", "deployments.lift.restored", "deployments.lift.committing"],
    pause: ["deployments.hold.written"],
    resume: ["deployments.hold.released"],
    finish_the_last_step: ["deployments.step.closed", *ENDING],
    fail_for_good: ["deployments.step.failed", *ENDING],
    fail_for_now: ["deployments.step.failed"],
    take_back: ["deployments.step.failed"],
    undo_in_vain: ENDING,
}


@pytest.mark.parametrize(
    ("scene", "point"),
    [
        pytest.param(scene, point, id=f"{scene.__name__}-{point.partition('.')[2]}")
        for scene, points in SCENES.items()
        for point in points
    ],
)
def test_all_or_nothing(world: World, scene: Scene, point: str) -> None:
    assert_all_or_nothing(point, scene(world))
