"""Rolling back while others act: it wins, and it happens once."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from tests.deployments.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rollback_wins_against_requests(world: World, at_once: Any) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.release(3)
    now = world.now()
    answers = at_once(
        lambda: operations.roll_back(
            component=world.component,
            environment=world.staging,
            reason="Wrong.",
            by=world.people["tomas"],
            now=now,
        ),
        *[
            lambda: operations.request(
                component=world.component,
                release=world.release(3),
                environment=world.staging,
                by=world.people["mira"],
                now=now,
            )
            for _ in range(3)
        ],
    )
    rollback = answers[0]
    assert isinstance(rollback, Deployment)
    assert world.work(rollback).state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == ("v1", "c1")


def test_two_rollbacks_at_once_are_one(world: World, at_once: Any) -> None:
    for number in (1, 2, 3):
        world.deploy(number, world.staging)
    now = world.now()
    answers = at_once(
        *[
            lambda: operations.roll_back(
                component=world.component,
                environment=world.staging,
                reason="Wrong.",
                by=world.people["tomas"],
                now=now,
            )
            for _ in range(3)
        ]
    )
    (rollback,) = [answer for answer in answers if isinstance(answer, Deployment)]
    world.work(rollback)
    assert world.serving(world.staging) == ("v2", "c1")
