"""Running again, with the version it had or the live one; and cancelling."""

from __future__ import annotations

from datetime import datetime

import pytest

from deployments.releases import operations as releases
from observability.changes.models import Change
from pipelines.deliveries.models import Delivery
from pipelines.execution import operations as execution
from pipelines.runs import operations
from pipelines.runs.models import Attempt, Run
from portal.errors import Moved, Refused
from portal.models import Entry
from tests.pipelines.factories import SQL, House, deliveries, file, later, staged

pytestmark = pytest.mark.django_db
OTHER = SQL + " HAVING count(*) > 0"


def ended(house: House, now: datetime, request_key: str = "january") -> Run:
    """A run of what is live that ended well."""
    transformation = house.component().transformation
    run = operations.start(
        transformation=transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
        request_key=request_key,
    )
    return execute(run, now)


def execute(run: Run, now: datetime) -> Run:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    assert execution.succeed(claim=claim, outcome=staged(claim), now=now)
    run.refresh_from_db()
    return run


def test_with_the_live_version_it_takes_what_is_live_when_it_is_claimed(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    run = ended(house, now)
    newer = house.live(file(OTHER), now=later(now, 1))
    operations.again(
        run=run, with_version="live", by=house.developer, now=later(now, 2), reason="Better now"
    )
    assert execute(run, later(now, 3)).version == newer
    assert [delivery.revision for delivery in deliveries(run)] == [1, 2]


def test_with_the_version_it_had_it_keeps_it(house: House, now: datetime) -> None:
    first = house.live(now=now)
    run = ended(house, now)
    house.live(file(OTHER), now=later(now, 1))
    operations.again(
        run=run, with_version="same", by=house.developer, now=later(now, 2), reason="As it was"
    )
    assert execute(run, later(now, 3)).version == first


def test_what_an_older_revision_has_not_sent_is_not_sent_any_more(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    run = ended(house, now)
    operations.again(run=run, with_version="live", by=house.developer, now=now, reason="Again")
    execute(run, later(now, 1))
    assert [delivery.state for delivery in deliveries(run)] == [
        Delivery.State.SUPERSEDED,
        Delivery.State.QUEUED,
    ]


def test_it_needs_a_reason(house: House, now: datetime) -> None:
    house.live(now=now)
    with pytest.raises(Refused, match="Say why") as refused:
        operations.again(
            run=ended(house, now), with_version="live", by=house.developer, now=now, reason=" "
        )
    assert refused.value.field == "reason"


def test_a_version_that_was_rejected_meanwhile_is_not_run_again(
    house: House, now: datetime
) -> None:
    bad = house.live(now=now)
    run = ended(house, now)
    house.live(file(OTHER), now=later(now, 1))
    releases.reject(release=house.release_of(bad), reason="Wrong.", by=house.approver, now=now)
    words = "v1 of carrier-punctuality was rejected by .+: “Wrong.” Roll back in staging or"
    with pytest.raises(Refused, match=words):
        operations.again(run=run, with_version="same", by=house.developer, now=now, reason="Why")


def test_a_run_that_has_not_finished_is_not_run_again(house: House, now: datetime) -> None:
    house.live(now=now)
    run = ended(house, now)
    operations.again(run=run, with_version="live", by=house.developer, now=now, reason="Once")
    with pytest.raises(Moved, match="has not finished"):
        operations.again(run=run, with_version="live", by=house.developer, now=now, reason="Twice")


def test_running_again_stands_in_the_audit_and_on_the_axis(house: House, now: datetime) -> None:
    house.live(now=now)
    run = ended(house, now)
    operations.again(run=run, with_version="live", by=house.developer, now=now, reason="Again")
    assert Entry.objects.get(verb="run.again").reason == "Again"
    change = Change.objects.get(kind=Change.Kind.RUN)
    assert change.title == f"Run {run.number} started again with v1"
    assert change.reason == "Again"


def test_a_run_that_waits_is_cancelled_at_once(house: House, now: datetime) -> None:
    version = house.live(now=now)
    run = operations.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now,
    )  # fmt: skip
    operations.cancel(run=run, by=house.developer, now=now)
    assert run.state == Run.State.CANCELLED
    assert execution.claim(run_id=str(run.pk), worker="test", now=now) is None


def test_a_run_that_runs_is_told_at_its_next_beat_and_writes_nothing(
    house: House, now: datetime
) -> None:
    version = house.live(now=now)
    run = operations.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now,
    )  # fmt: skip
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    operations.cancel(run=run, by=house.developer, now=now)
    assert not execution.keep(claim=claim, now=now)
    assert not execution.succeed(claim=claim, outcome=staged(claim), now=now)
    assert deliveries(run) == []
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert run.attempts.get().state == Attempt.State.CANCELLED


def test_a_run_whose_worker_died_while_it_was_cancelled_ends_cancelled(
    house: House, now: datetime
) -> None:
    version = house.live(now=now)
    run = operations.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now,
    )  # fmt: skip
    assert execution.claim(run_id=str(run.pk), worker="test", now=now)
    operations.cancel(run=run, by=house.developer, now=now)
    execution.sweep(now=later(now, 60))
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert run.attempts.get().state == Attempt.State.LOST


def test_a_run_that_is_over_is_not_cancelled(house: House, now: datetime) -> None:
    house.live(now=now)
    with pytest.raises(Moved, match="has ended already"):
        operations.cancel(run=ended(house, now), by=house.developer, now=now)
