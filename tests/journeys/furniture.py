"""What the whole house lacks for its pages: failures, a second revision, a way back, a warning.

airport-weather   live in staging and rejected there
carrier-punctuality   a run that a check stopped, one delivered twice, staging rolled back;
                      in preview four due times, of which one waits
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from deployments.releases import operations as releases
from deployments.rollouts import operations as rollouts
from pipelines.acceptances import operations as acceptances
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work as dispatch
from pipelines.engines.base import CheckOutcome, EngineError, Usage
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.catalog.models import Component
from tests.pipelines.factories import SQL, file, staged
from tests.whole_house import Whole


def furnish(whole: Whole) -> None:
    _deliver_again(whole)
    _fail(whole)
    _run_by_due_time(whole)
    _roll_back(whole)
    _reject_what_is_live(whole)


def _deliver_again(whole: Whole) -> None:
    again = deliveries.again(
        delivery=whole.delivery,
        by=whole.house.developer,
        now=timezone.now(),
        reason="Acme lost the file.",
    )
    dispatch.deliver(delivery_id=str(again.pk), worker="deliveries@test", clock=timezone.now)
    assert Delivery.objects.get(pk=again.pk).state == Delivery.State.DELIVERED


def _fail(whole: Whole) -> None:
    """Stopped by its check, with a log and what it had used."""
    _stop(_started(whole, whole.component, "stopped"))


def _stop(run: Run) -> None:
    claim = execution.claim(run_id=str(run.pk), worker="runs@test", now=timezone.now())
    assert claim
    against = CheckOutcome("no flight counted twice", False, "1 row against it", 1)
    error = EngineError(
        "1 of 1 checks failed: no flight counted twice (1 row against it).",
        permanent=True,
        kind="check",
        usage=Usage(cpu_seconds=0.05, ran_for=0.2, peak_memory=70_000_000),
        checks=(against,),
        log=(
            "2026-11-20T14:00:00Z query finished in 0.050 s: 16 rows",
            "2026-11-20T14:00:00Z check no flight counted twice failed: 1 row against it",
        ),
    )
    execution.fail(claim=claim, error=error, now=timezone.now())


def _run_by_due_time(whole: Whole) -> None:
    """In preview: one good, one stopped, one whose failure may stand, one that waits."""
    today = timezone.now().replace(hour=6, minute=0, second=0, microsecond=0)
    found = [_due(whole, today - timedelta(days=days)) for days in (4, 3, 2, 1)]
    claim = execution.claim(run_id=str(found[0].pk), worker="runs@test", now=timezone.now())
    assert claim
    execution.succeed(claim=claim, outcome=staged(claim), now=timezone.now())
    for run in found[1:3]:
        _stop(run)
    found[2].refresh_from_db()
    acceptances.accept(
        run=found[2], by=whole.house.developer, now=timezone.now(), reason="A public holiday."
    )


def _due(whole: Whole, logical_at: datetime) -> Run:
    return runs.start(
        transformation=whole.component.transformation,
        environment=whole.backfill.environment,
        parameters={},
        logical_at=logical_at,
        by=None,
        now=timezone.now(),
    )


def _roll_back(whole: Whole) -> None:
    deployment = rollouts.roll_back(
        component=whole.component,
        environment=whole.house.environment,
        reason="The figures of staging are twice too high.",
        by=whole.house.owner,
        now=timezone.now(),
        release=whole.releases[0],
    )
    rollouts.work(deployment_id=str(deployment.pk), worker="control@test", now=timezone.now())


def _reject_what_is_live(whole: Whole) -> None:
    """Another component: it serves what was rejected afterwards, until someone rolls back."""
    content = file(SQL)
    content["metadata"] = {**content["metadata"], "name": "airport-weather"}
    content["spec"]["deliveries"] = []
    version = whole.house.register(content, now=timezone.now())
    release = whole.house.release_of(version)
    whole.house.deploy(version, now=timezone.now())
    releases.reject(
        release=release,
        reason="Takes January for July.",
        by=whole.house.owner,
        now=timezone.now(),
    )


def _started(whole: Whole, component: Component, key: str) -> Run:
    return runs.start(
        transformation=component.transformation,
        environment=whole.house.environment,
        parameters={"month": 2},
        by=whole.house.developer,
        now=timezone.now(),
        request_key=key,
    )
