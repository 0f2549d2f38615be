"""What the control worker does when a step goes wrong, and when it may not."""

from __future__ import annotations

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment, Step
from deployments.targets.base import TargetError
from observability.changes.models import Change
from tests.deployments.crate import Crates
from tests.deployments.world import World


def _away(times: int) -> list[TargetError]:
    return [TargetError("The crane is away.", permanent=False) for _ in range(times)]


def test_a_step_that_fails_is_tried_again_after_a_pause(world: World, crates: type[Crates]) -> None:
    crates.trouble["apply"] = _away(1)
    deployment = world.work(world.ask(1, world.staging))
    assert deployment.state == Deployment.State.RUNNING
    assert deployment.message == (
        "Prepare: Attempt 1 failed: The crane is away. The next one follows."
    )
    step = deployment.steps.get(name="prepare")
    assert step.next_at is not None
    assert 1 <= (step.next_at - world.at).total_seconds() <= 3
    assert world.work(deployment).state == Deployment.State.SUCCEEDED
    assert world.attempts(deployment, "prepare") == [(1, "failed"), (2, "done")]


def test_it_is_not_tried_before_it_is_due(world: World, crates: type[Crates]) -> None:
    crates.trouble["apply"] = _away(1)
    deployment = world.work(world.ask(1, world.staging))
    world.work(deployment, seconds=0)
    assert world.attempts(deployment, "prepare") == [(1, "failed")]


def test_after_five_attempts_it_has_failed_and_nothing_changed(
    world: World, crates: type[Crates]
) -> None:
    world.deploy(1, world.staging)
    crates.trouble["apply"] = _away(5)
    deployment = world.ask(2, world.staging)
    for _ in range(5):
        deployment = world.work(deployment)
    assert deployment.state == Deployment.State.FAILED
    assert deployment.message == (
        "Prepare failed: The crane is away. Nothing changed: v1 stays live in staging."
    )
    assert len(world.attempts(deployment, "prepare")) == 5
    assert world.serving(world.staging) == ("v1", "c1")
    assert world.steps(deployment) == {
        "rules": "done",
        "prepare": "failed",
        "switch": "skipped",
        "confirm": "skipped",
    }
    assert crates.told[-1] == ("abort", "staging", 2)


def test_what_is_hopeless_is_not_tried_again(world: World, crates: type[Crates]) -> None:
    crates.trouble["apply"] = [TargetError("There is no such crane.", permanent=True)]
    deployment = world.work(world.ask(1, world.staging))
    assert deployment.state == Deployment.State.FAILED
    assert world.attempts(deployment, "prepare") == [(1, "failed")]
    assert Change.objects.get(kind="deployment").outcome == "failed"
    assert world.entries("deployment.fail")[0].actor is None


def test_the_place_is_free_after_a_failure(world: World, crates: type[Crates]) -> None:
    crates.trouble["apply"] = [TargetError("There is no such crane.", permanent=True)]
    world.work(world.ask(1, world.staging))
    assert world.deploy(1, world.staging).state == Deployment.State.SUCCEEDED


def test_nobody_can_tell_how_it_does_is_no_failure(world: World, crates: type[Crates]) -> None:
    crates.trouble["observe"] = [TargetError("No eyes.", permanent=True)]
    deployment = world.deploy(1, world.development)
    assert deployment.state == Deployment.State.SUCCEEDED
    assert deployment.message == "Live; nobody could tell how it does: No eyes."


def test_looking_is_tried_again_too(world: World, crates: type[Crates]) -> None:
    crates.trouble["observe"] = [TargetError("Blinked.", permanent=False)]
    deployment = world.deploy(1, world.development)
    assert deployment.state == Deployment.State.RUNNING
    assert world.serving(world.development) == ("v1", "c1")
    assert world.work(deployment).state == Deployment.State.SUCCEEDED


def test_the_rules_are_looked_at_again_before_anything_is_made_ready(
    world: World, crates: type[Crates]
) -> None:
    """An approval may take days. Here a rejection slips in where no lock was asked for."""
    world.deploy(1, world.staging)
    waiting = world.ask(1, world.production)
    world.reject(1)
    Deployment.objects.filter(pk=waiting.pk).update(state=Deployment.State.RUNNING)
    Step.objects.filter(deployment=waiting).exclude(name="rules").update(state="pending")
    Step.objects.filter(deployment=waiting, name="approval").update(state="done")
    Step.objects.filter(deployment=waiting, name="prepare").update(next_at=world.now())
    crates.told.clear()
    failed = world.work(waiting)
    assert failed.state == Deployment.State.FAILED
    assert "v1 was rejected by Ines Costa" in failed.message
    assert world.serving(world.production) is None
    assert ("apply", "production", 1) not in crates.told


def test_nothing_rejected_is_switched_live_however_late(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    rollback = world.roll_back(world.staging)
    world.reject(1)
    Deployment.objects.filter(pk=rollback.pk).update(state=Deployment.State.RUNNING)
    Step.objects.filter(deployment=rollback, name="switch").update(
        state="pending", next_at=world.now()
    )
    failed = world.work(rollback)
    assert failed.state == Deployment.State.FAILED
    assert world.serving(world.staging) == ("v2", "c1")


def test_a_message_that_comes_twice_or_late_does_nothing(world: World) -> None:
    deployment = world.deploy(1, world.staging)
    before = world.attempts(deployment, "switch")
    for _ in range(3):
        world.work(deployment)
    operations.work(deployment_id=world.people["mira"].pk, worker="test", now=world.now())
    assert world.attempts(deployment, "switch") == before


def test_what_it_does_is_written_down_as_done_by_slipway(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    entry = world.entries("deployment.switch")[-1]
    assert (entry.actor_name, entry.before, entry.after) == (
        "Slipway",
        {"release": 1, "configuration": 1},
        {"release": 2, "configuration": 1},
    )
    assert len(world.entries("deployment.succeed")) == 2
