"""What people are told of runs and deliveries: that they fail, and that they work again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from observability.changes import operations as changes
from observability.changes.models import Change
from pipelines.deliveries.models import Delivery
from pipelines.runs import failures, parameters
from pipelines.runs.models import Attempt, Run
from portal.notifications import operations as notifications
from portal.notifications.models import Kind

MOST_NAMED = 3  # runs in one sentence


def run_failed(run: Run, message: str, now: datetime) -> None:
    """A failed run stands on the axis of changes, where people look first, and they are told."""
    changes.record(
        kind=Change.Kind.RUN,
        external_id=f"run:{run.pk}:failed:{run.attempt}",
        component=run.transformation.component,
        environment=run.environment,
        release=run.release.number if run.release else "",
        title=f"Run {run.number} of {run.version} failed",
        by=None,
        started_at=run.requested_at,
        finished_at=now,
        outcome=Change.Outcome.FAILED,
        reason=message,
        url=f"/runs/{run.number}/",
    )
    run_can_not_begin(run, message, now)


def run_can_not_begin(run: Run, message: str, now: datetime) -> None:
    """One notification for a component and an environment, however many of its runs fail."""
    component = run.transformation.component
    notifications.notify(
        kind=Kind.RUN_FAILED,
        key=_place(run),
        subject=component.name,
        component=component,
        environment=run.environment.name,
        text=message,
        since=_begun_at(run) or now,
        link=f"/runs/{run.number}/",
        now=now,
    )


def run_succeeded(run: Run, now: datetime) -> None:
    """In the path of every run: one look by index where nothing of it fails.

    What failed with other parameters is named: this success did not make it.
    """
    left = partial(_left, run, now)
    notifications.over(kind=Kind.RUN_FAILED, key=_place(run), now=now, left=left)


def delivery_failed(delivery: Delivery, message: str, now: datetime) -> None:
    """One notification for a component, a client's destination and an environment."""
    component = delivery.run.transformation.component
    notifications.notify(
        kind=Kind.DELIVERY_FAILED,
        key=_way(delivery),
        subject=component.name,
        component=component,
        client=delivery.client.name,
        receivers={delivery.client.name: delivery.client.team},
        environment=delivery.environment.name,
        text=message,
        since=delivery.created_at,
        link=f"/runs/{delivery.run.number}/",
        now=now,
    )


def delivered(delivery: Delivery, now: datetime) -> None:
    """In the path of every delivery, as for runs."""
    notifications.over(kind=Kind.DELIVERY_FAILED, key=_way(delivery), now=now)


def _place(run: Run) -> str:
    return f"{run.transformation.component.name}:{run.environment.name}"


def _left(run: Run, now: datetime) -> str:
    """ "Still failed, with other parameters: run 41 (month=1).", or nothing."""
    found = list(failures.unmended(run, now)[: MOST_NAMED + 1])
    named = [f"run {one.number}{_parameters(one)}" for one in found[:MOST_NAMED]]
    if not named:
        return ""
    more = " and more" if len(found) > MOST_NAMED else ""
    return f"Still failed, with other parameters: {', '.join(named)}{more}."


def _parameters(run: Run) -> str:
    return f" ({parameters.words(run.parameters)})" if run.parameters else ""


def _way(delivery: Delivery) -> str:
    component = delivery.run.transformation.component.name
    return f"{component}:{delivery.environment.name}:{delivery.name}"


def _begun_at(run: Run) -> datetime | None:
    """When the first of the tries began that a person or a schedule asked for last."""
    first = Attempt.objects.filter(run=run, number__gt=run.attempt - run.tries)
    return first.order_by("number").values_list("started_at", flat=True).first()
