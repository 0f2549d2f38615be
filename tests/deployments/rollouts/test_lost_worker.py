"""A worker that dies, or sleeps past its lease: another goes on, and the sleeper writes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment, Step, StepAttempt
from deployments.rollouts.operations import claims
from portal import failpoints
from tests.deployments.world import World

LEASE = settings.LEASE_SECONDS


@pytest.fixture
def dying(world: World) -> Deployment:
    """Its worker died just after it had claimed `prepare`."""
    deployment = world.ask(1, world.staging)
    failpoints.arm("deployments.step.claimed=error")
    with pytest.raises(failpoints.Failed):
        world.work(deployment)
    return deployment


def test_the_lease_keeps_others_away_until_it_ends(world: World, dying: Deployment) -> None:
    assert operations.sweep(now=world.now(LEASE - 10)) == 0
    assert world.work(dying, seconds=1).state == Deployment.State.RUNNING
    assert world.attempts(dying, "prepare") == [(1, "running")]


def test_the_sweep_takes_the_step_back_and_another_worker_goes_on(
    world: World, dying: Deployment
) -> None:
    assert operations.sweep(now=world.now(LEASE + 1)) == 1
    step = Step.objects.get(deployment=dying, name="prepare")
    assert (step.state, step.lease_until) == ("pending", None)
    assert world.work(dying, seconds=1).state == Deployment.State.SUCCEEDED
    assert world.attempts(dying, "prepare") == [(1, "failed"), (2, "done")]
    lost = StepAttempt.objects.get(step=step, number=1)
    assert lost.message == "The worker was lost: it did not answer until its lease ended."


def test_the_sleeper_wakes_and_writes_nothing(world: World) -> None:
    deployment = world.ask(1, world.staging)
    asleep = claims.claim(deployment.pk, "asleep", world.now())
    assert asleep is not None
    operations.sweep(now=world.now(LEASE + 1))
    assert world.work(deployment, seconds=1).state == Deployment.State.SUCCEEDED
    assert not claims.finish(asleep, (Step.State.DONE, "I did it!"), world.now())
    claims.fail(asleep, "I could not!", is_permanent=True, now=world.now())
    assert world.again(deployment).state == Deployment.State.SUCCEEDED
    assert world.attempts(deployment, "prepare") == [(1, "failed"), (2, "done")]


def test_a_step_that_kills_every_worker_fails_in_the_end(world: World) -> None:
    deployment = world.ask(1, world.staging)
    for _ in range(5):
        failpoints.arm("deployments.step.claimed=error")
        with pytest.raises(failpoints.Failed):
            world.work(deployment, seconds=1)
        operations.sweep(now=world.now(LEASE + 1))
    failed = world.again(deployment)
    assert failed.state == Deployment.State.FAILED
    assert failed.message == (
        "Prepare failed: The worker was lost: it did not answer until its lease ended. "
        "Nothing changed: nothing is live in staging."
    )


@pytest.mark.parametrize(
    "point",
    [
        "deployments.step.claimed=error:2",
        "deployments.step.closed=error:2",
        "deployments.switch.fenced=error",
        "deployments.switch.written=error",
        "deployments.switch.committing=error",
    ],
)
def test_dying_anywhere_in_the_switch_leaves_the_old_pair_and_then_switches_once(
    world: World, point: str
) -> None:
    world.deploy(1, world.staging)
    deployment = world.ask(2, world.staging)
    failpoints.arm(point)
    with pytest.raises(failpoints.Failed):
        world.work(deployment)
    assert world.serving(world.staging) == ("v1", "c1")
    operations.sweep(now=world.now(LEASE + 1))
    assert world.work(deployment, seconds=1).state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == ("v2", "c1")
    assert world.attempts(deployment, "switch") == [(1, "failed"), (2, "done")]
    assert len(world.entries("deployment.switch")) == 2


def test_a_lost_message_is_sent_again(world: World) -> None:
    deployment = world.ask(1, world.staging)
    assert operations.sweep(now=deployment.requested_at + timedelta(seconds=1)) == 0
    assert operations.sweep(now=world.now(settings.RESEND_SECONDS + 1)) == 1
    assert operations.sweep(now=world.now(1)) == 0
    assert world.work(deployment, seconds=1).state == Deployment.State.SUCCEEDED
    assert operations.sweep(now=world.now(1000)) == 0


def test_what_waits_for_people_is_left_alone(world: World) -> None:
    world.deploy(1, world.staging)
    world.ask(1, world.production)
    assert operations.sweep(now=world.now(100_000)) == 0
