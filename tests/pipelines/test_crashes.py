"""Whoever dies between two writes of a run or a delivery leaves neither: at each point there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from deployments.releases import operations as releases
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import operations as dispatch
from pipelines.dispatch import work
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.execution.preparation import Claim
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.schedules import operations as schedules
from portal import failpoints
from tests.conftest import NOW
from tests.crashes import Act, assert_all_or_nothing
from tests.pipelines.factories import House, deliveries, later, staged
from tests.pipelines.schedules.conftest import scheduled

pytestmark = pytest.mark.django_db
Scene = Callable[[House], Act]


def at(seconds: float) -> datetime:
    return later(NOW, seconds)


# What may be under way when someone dies: each scene leads up to one act ----------------------


def queued(house: House) -> Run:
    version = house.live(now=NOW)
    return runs.start(
        transformation=version.transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=at(1),
        request_key="a",
    )


def running(house: House) -> Claim:
    claim = execution.claim(run_id=str(queued(house).pk), worker="test", now=at(2))
    assert claim is not None
    return claim


def ended(house: House) -> Delivery:
    claim = running(house)
    assert execution.succeed(claim=claim, outcome=staged(claim), now=at(3))
    return deliveries(claim.run)[0]


def sending(house: House) -> dispatch.Claim:
    claim = dispatch.claim(delivery_id=str(ended(house).pk), worker="test", now=at(4))
    assert claim is not None
    return claim


def reject(house: House) -> None:
    release = house.component().releases.get()
    releases.reject(release=release, by=house.approver, now=at(5), reason="Wrong.")


def start(house: House) -> Act:
    version = house.live(now=NOW)
    return lambda: runs.start(
        transformation=version.transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=at(1),
    )


def start_again(house: House) -> Act:
    run = ended(house).run
    return lambda: runs.again(
        run=run, with_version="live", by=house.developer, now=at(5), reason="Once more."
    )


def cancel_one_that_waits(house: House) -> Act:
    run = queued(house)
    return lambda: runs.cancel(run=run, by=house.developer, now=at(5))


def cancel_one_that_runs(house: House) -> Act:
    run = running(house).run
    return lambda: runs.cancel(run=run, by=house.developer, now=at(5))


def claim(house: House) -> Act:
    run = queued(house)
    return lambda: execution.claim(run_id=str(run.pk), worker="test", now=at(5))


def succeed(house: House) -> Act:
    claim = running(house)
    outcome = staged(claim)
    return lambda: execution.succeed(claim=claim, outcome=outcome, now=at(5))


def succeed_although_cancelled(house: House) -> Act:
    claim = running(house)
    runs.cancel(run=claim.run, by=house.developer, now=at(4))
    outcome = staged(claim)
    return lambda: execution.succeed(claim=claim, outcome=outcome, now=at(5))


def fail(house: House) -> Act:
    claim = running(house)
    error = EngineError("It broke.", permanent=False, kind="sql")
    return lambda: execution.fail(claim=claim, error=error, now=at(5))


def fail_for_good(house: House) -> Act:
    claim = running(house)
    error = EngineError("It broke.", permanent=True, kind="sql")
    return lambda: execution.fail(claim=claim, error=error, now=at(5))


def lose(house: House) -> Act:
    running(house)
    return lambda: execution.sweep(now=at(100))


def reject_while_it_runs(house: House) -> Act:
    running(house)
    return lambda: reject(house)


def reject_while_it_is_sent(house: House) -> Act:
    sending(house)
    return lambda: reject(house)


def lift(house: House) -> Act:
    sending(house)
    reject(house)
    release = house.component().releases.get()
    return lambda: releases.lift(release=release, by=house.approver, now=at(6), reason="Right.")


def take(house: House) -> Act:
    delivery = ended(house)
    return lambda: dispatch.claim(delivery_id=str(delivery.pk), worker="test", now=at(5))


def give_up(house: House) -> Act:
    claim = sending(house)
    return lambda: dispatch.fail(claim=claim, message="It broke.", permanent=True, now=at(5))


def lose_a_delivery(house: House) -> Act:
    sending(house)
    return lambda: dispatch.sweep(now=at(100))


def find_something_newer(house: House) -> Act:
    claim = sending(house)
    return lambda: dispatch.supersede(claim=claim, now=at(5))


def clear_what_was_shown(house: House) -> Act:
    """Its worker died between the rename and the record; then its version was rejected."""
    claim = sending(house)
    failpoints.arm("pipelines.delivery.published=error")
    with pytest.raises(failpoints.Failed):
        work.send(claim, lambda: at(4))
    reject(house)
    return lambda: work.clear(delivery_id=str(claim.delivery.pk), clock=lambda: at(6))


def come_due(house: House) -> Act:
    schedule = scheduled(house, now=NOW)
    assert schedule.next_at is not None
    now = later(schedule.next_at, 1)
    return lambda: schedules.tick(now=now)


SCENES: dict[Scene, list[str]] = {
    start: ["pipelines.run.starting", "pipelines.run.started"],
    start_again: ["pipelines.run.starting_again", "pipelines.run.started_again"],
    cancel_one_that_waits: ["pipelines.run.cancelling"],
    cancel_one_that_runs: ["pipelines.run.cancelling"],
    claim: ["pipelines.attempt.claiming"],
    succeed: [
        "pipelines.attempt.finishing",
        "pipelines.attempt.finished",
        "pipelines.deliveries.planned",
    ],
    succeed_although_cancelled: ["pipelines.attempt.cancelling"],
    fail: ["pipelines.attempt.failing", "pipelines.attempt.failed"],
    fail_for_good: ["pipelines.attempt.failing", "pipelines.attempt.failed"],
    lose: ["pipelines.attempt.losing", "pipelines.attempt.lost"],
    reject_while_it_runs: [
        "deployments.rejection.written",
        "pipelines.runs.withdrawing",
        "deployments.rejection.withdrawn",
        "deployments.rejection.committing",
    ],
    reject_while_it_is_sent: ["pipelines.deliveries.holding"],
    lift: [
        "deployments.lift.written",
        "pipelines.deliveries.let_go",
        "deployments.lift.restored",
        "deployments.lift.committing",
    ],
    take: ["pipelines.delivery.claiming"],
    give_up: ["pipelines.delivery.failing", "pipelines.delivery.failed"],
    lose_a_delivery: ["pipelines.delivery.losing", "pipelines.delivery.lost"],
    find_something_newer: ["pipelines.delivery.stopping"],
    come_due: ["pipelines.schedule.claimed", "pipelines.run.started", "pipelines.schedule.started"],
    clear_what_was_shown: ["pipelines.delivery.found_shown"],
}


@pytest.mark.parametrize(
    ("scene", "point"),
    [
        pytest.param(scene, point, id=f"{scene.__name__}-{point.partition('.')[2]}")
        for scene, points in SCENES.items()
        for point in points
    ],
)
def test_all_or_nothing(house: House, scene: Scene, point: str) -> None:
    assert_all_or_nothing(point, scene(house))
