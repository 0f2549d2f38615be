"""Two at once: real threads, real transactions, one winner, and words for the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deployments.environments.models import Environment
from deployments.policies.models import Approval
from deployments.releases import operations as releases
from deployments.rollouts import operations
from deployments.rollouts.models import Configuration, Deployment, Hold, Live
from portal.accounts.models import User
from portal.errors import Moved
from tests.deployments.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def _two_approvals(world: World) -> Environment:
    world.deploy(1, world.staging)
    Environment.objects.filter(pk=world.production.pk).update(approvals=2)
    world.production.refresh_from_db()
    return world.production


def test_two_approvals_at_once_are_two(world: World, at_once: Any) -> None:
    waiting = world.ask(1, _two_approvals(world))
    now = world.now()

    def approve(name: str) -> Callable[[], Deployment]:
        by: User = world.people[name]
        return lambda: operations.approve(deployment=waiting, by=by, now=now)

    at_once(approve("ines"), approve("tomas"))
    assert Approval.objects.count() == 2
    assert world.again(waiting).state == Deployment.State.RUNNING
    assert world.work(waiting).state == Deployment.State.SUCCEEDED


def test_the_same_person_approving_twice_at_once_counts_once(world: World, at_once: Any) -> None:
    waiting = world.ask(1, _two_approvals(world))
    now = world.now()
    answers = at_once(
        *[
            lambda: operations.approve(deployment=waiting, by=world.people["ines"], now=now)
            for _ in range(3)
        ]
    )
    assert sum(isinstance(answer, Moved) for answer in answers) == 2
    assert world.again(waiting).state == Deployment.State.AWAITING_APPROVAL


def test_two_requests_at_once_open_one_deployment(world: World, at_once: Any) -> None:
    for number in (1, 2, 3, 4):
        world.release(number)
    now = world.now()

    def ask(number: int) -> Callable[[], Deployment]:
        return lambda: operations.request(
            component=world.component,
            release=world.release(number),
            environment=world.staging,
            by=world.people["mira"],
            now=now,
        )

    answers = at_once(*map(ask, (1, 2, 3, 4)))
    (opened,) = [answer for answer in answers if isinstance(answer, Deployment)]
    lost = [answer for answer in answers if isinstance(answer, Moved)]
    assert len(lost) == 3
    under_way = (
        f"#{opened.number} ({opened.title}) by Mira Okafor is being deployed. "
        "Let it end, or abort it, then try again."
    )
    faster = "Someone else was faster in staging. Look at it again."
    assert {refused.message for refused in lost} <= {under_way, faster}
    assert Deployment.objects.count() == 1
    assert Configuration.objects.count() == 1


def test_two_workers_at_once_do_each_step_once(world: World, at_once: Any) -> None:
    deployment = world.ask(1, world.staging)
    now = world.now()
    at_once(
        *[
            lambda: operations.work(deployment_id=deployment.pk, worker="one of four", now=now)
            for _ in range(4)
        ]
    )
    assert world.again(deployment).state == Deployment.State.SUCCEEDED
    for step in ("rules", "prepare", "switch", "confirm"):
        assert world.attempts(deployment, step) == [(1, "done")]
    assert len(world.entries("deployment.switch")) == 1


def test_rejecting_and_switching_at_once_never_leave_a_new_rejected_pair(
    world: World, at_once: Any
) -> None:
    """Whoever is first: live before the rejection, or rejected and never live."""
    world.deploy(1, world.staging)
    for number in (2, 3, 4):
        deployment = world.ask(number, world.staging)
        now = world.now()
        _, rejection = at_once(
            lambda now=now, deployment=deployment: operations.work(
                deployment_id=deployment.pk, worker="test", now=now
            ),
            lambda now=now, number=number: releases.reject(
                release=world.release(number),
                reason="Wrong.",
                by=world.people["ines"],
                now=now,
            ),
        )
        after = world.again(deployment)
        serving = world.serving(world.staging)
        assert (serving == (f"v{number}", "c1")) == (after.live_at is not None)
        assert rejection.digest == world.release(number).digest
        assert after.is_finished
        if serving != ("v1", "c1"):
            world.work(world.roll_back(world.staging, to=world.release(1)))


def test_two_pauses_at_once_are_one(world: World, at_once: Any) -> None:
    now = world.now()
    answers = at_once(
        *[
            lambda: operations.pause(
                component=world.component,
                environment=world.staging,
                reason="Wrong.",
                by=world.people["mira"],
                now=now,
            )
            for _ in range(3)
        ]
    )
    assert sum(isinstance(answer, Hold) for answer in answers) == 1
    assert sum(isinstance(answer, Moved) for answer in answers) == 2


def test_aborting_and_working_at_once_end_one_way(world: World, at_once: Any) -> None:
    deployment = world.ask(1, world.staging)
    now = world.now()
    at_once(
        lambda: operations.work(deployment_id=deployment.pk, worker="test", now=now),
        lambda: operations.abort(deployment=deployment, by=world.people["mira"], now=now),
    )
    after = world.again(deployment)
    assert after.state in {Deployment.State.SUCCEEDED, Deployment.State.ABORTED}
    assert Live.objects.exists() == (after.state == Deployment.State.SUCCEEDED)
