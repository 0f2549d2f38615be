"""Attempts: claimed by one, kept alive, tried again, lost, fenced off."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from deployments.rollouts import operations as rollouts
from observability.changes.models import Change
from pipelines.deliveries.models import Delivery
from pipelines.engines.base import EngineError, Usage
from pipelines.execution import lifecycle, operations
from pipelines.execution.preparation import Claim
from pipelines.runs import artifacts
from pipelines.runs import operations as runs
from pipelines.runs.models import Attempt, Run
from portal import failpoints
from tests.pipelines.factories import SQL, House, deliveries, file, later, staged

pytestmark = pytest.mark.django_db


def queued(house: House, now: datetime) -> Run:
    version = house.live(now=now)
    return runs.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now,
    )  # fmt: skip


def claim(run: Run, now: datetime) -> Claim | None:
    return operations.claim(run_id=str(run.pk), worker="test", now=now)


def broken(*, permanent: bool) -> EngineError:
    return EngineError(
        "It broke.", permanent=permanent, kind="sql", usage=Usage(0.5, 1.5, 1 << 20), log=("a",)
    )


def test_the_first_attempt_binds_what_is_live(house: House, now: datetime) -> None:
    run = queued(house, now)
    newer = house.live(file(SQL + " HAVING count(*) > 0"), now=later(now, 1))
    held = claim(run, later(now, 2))
    assert held is not None
    assert held.version == newer
    assert run.attempts.get().waited_for == 2.0


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_gets_it(house: House, now: datetime) -> None:
    run = queued(house, now)
    found: list[Claim | None] = []

    def work() -> None:
        found.append(claim(run, now))
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 4
    assert len([held for held in found if held]) == 1
    assert run.attempts.count() == 1


def test_a_run_that_is_not_due_is_not_claimed(house: House, now: datetime) -> None:
    run = queued(house, now)
    Run.objects.filter(pk=run.pk).update(next_at=later(now, 10))
    assert claim(run, now) is None
    assert claim(run, later(now, 10)) is not None


def test_while_it_is_paused_a_queued_run_waits(house: House, now: datetime) -> None:
    run = queued(house, now)
    place = {"component": house.component(), "environment": house.environment}
    rollouts.pause(**place, reason="Repair", by=house.developer, now=now)
    assert claim(run, now) is None
    run.refresh_from_db()
    assert run.message == "Waits: carrier-punctuality is paused here."
    rollouts.resume(**place, by=house.developer, now=later(now, 5))
    assert claim(run, later(now, 20)) is not None


def test_a_good_end_keeps_what_was_used_and_plans_the_deliveries(
    house: House, now: datetime
) -> None:
    run = queued(house, now)
    held = claim(run, now)
    assert held
    assert operations.succeed(claim=held, outcome=staged(held), now=later(now, 1))
    run.refresh_from_db()
    attempt = run.attempts.get()
    assert (run.state, run.rows, run.revision) == (Run.State.SUCCEEDED, 7, 1)
    assert (attempt.rows_in, attempt.cpu_seconds, attempt.ran_for) == (1200, 0.01, 0.02)
    assert attempt.checks[0]["is_passed"]
    (delivery,) = deliveries(run)
    assert (delivery.state, delivery.path) == (Delivery.State.QUEUED, "punctuality/1.parquet")
    assert delivery.deployment == held.run.deployment


def test_a_lasting_failure_ends_the_run_and_stands_on_the_axis(house: House, now: datetime) -> None:
    run = queued(house, now)
    held = claim(run, now)
    assert held
    operations.fail(claim=held, error=broken(permanent=True), now=later(now, 1))
    run.refresh_from_db()
    assert (run.state, run.message) == (Run.State.FAILED, "It broke.")
    assert run.attempts.get().cpu_seconds == 0.5
    assert Change.objects.get(kind=Change.Kind.RUN).outcome == Change.Outcome.FAILED


def test_a_passing_failure_is_tried_again_with_pauses_and_then_ends(
    house: House, now: datetime
) -> None:
    run = queued(house, now)
    for number in range(1, lifecycle.MAX_TRIES + 1):
        held = claim(run, now)
        assert held is not None, number
        operations.fail(claim=held, error=broken(permanent=False), now=now)
        assert claim(run, now) is None  # a pause first
        now += timedelta(seconds=lifecycle.MAX_SECONDS)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert run.attempts.count() == lifecycle.MAX_TRIES


def test_a_retry_keeps_the_version_that_the_first_attempt_had(house: House, now: datetime) -> None:
    run = queued(house, now)
    first = claim(run, now)
    assert first
    operations.fail(claim=first, error=broken(permanent=False), now=now)
    house.live(file(SQL + " HAVING count(*) > 0"), now=later(now, 1))
    second = claim(run, later(now, 60))
    assert second
    assert second.version == first.version


def test_a_sweeper_that_dies_takes_nothing_from_a_worker_that_is_only_late(
    house: House, now: datetime
) -> None:
    run = queued(house, now)
    held = claim(run, now)
    assert held is not None
    outcome = staged(held)
    failpoints.arm("pipelines.attempt.lost=error")
    with pytest.raises(failpoints.Failed):
        operations.sweep(now=later(now, 60))
    assert operations.succeed(claim=held, outcome=outcome, now=later(now, 61))
    assert artifacts.absolute(held.result_path).exists()


def test_a_worker_that_stops_beating_loses_its_attempt_and_its_right_to_write(
    house: House, now: datetime
) -> None:
    run = queued(house, now)
    lost = claim(run, now)
    assert lost
    assert operations.keep(claim=lost, now=later(now, 20))
    assert operations.sweep(now=later(now, 40)) == 0  # the beat prolonged it
    assert operations.sweep(now=later(now, 60)) >= 1
    assert run.attempts.get().state == Attempt.State.LOST
    second = claim(run, later(now, 61))
    assert second
    assert not operations.keep(claim=lost, now=later(now, 62))
    assert not operations.succeed(claim=lost, outcome=staged(lost), now=later(now, 62))
    assert operations.succeed(claim=second, outcome=staged(second), now=later(now, 63))
    assert [d.result_path for d in deliveries(run)] == [second.result_path]


def test_what_nobody_took_is_sent_again_once_in_a_while(house: House, now: datetime) -> None:
    queued(house, now)
    assert operations.resend(now=later(now, 1)) == 0
    assert operations.resend(now=later(now, 61)) == 1  # later still where others wait before it
    assert operations.resend(now=later(now, 62)) == 0


def test_pauses_grow_stay_in_bounds_and_can_be_foretold() -> None:
    pauses = [lifecycle.pause_before(tries, seed="a").total_seconds() for tries in range(1, 12)]
    assert pauses == [
        lifecycle.pause_before(tries, seed="a").total_seconds() for tries in range(1, 12)
    ]
    assert all(1.0 <= pause <= lifecycle.MAX_SECONDS for pause in pauses)


def test_a_pause_after_weeks_of_failures_is_the_longest() -> None:
    assert lifecycle.pause_before(100_000, seed="a").total_seconds() <= lifecycle.MAX_SECONDS
    assert lifecycle.doubled(30.0, 100_000, most=900.0) == 900.0
