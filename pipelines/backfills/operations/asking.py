"""The verbs of a backfill that people and programs say: start, pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from deployments.environments.models import Environment
from observability.changes import operations as changes
from observability.changes.models import Change
from pipelines.backfills import queries
from pipelines.backfills.models import Backfill, Part
from pipelines.backfills.operations import writing
from pipelines.transformations.models import Transformation
from portal import figures
from portal.accounts import access
from portal.accounts.models import User
from portal.errors import Moved, Refused

MOST_BESIDE = 16


@transaction.atomic
def start(
    *,
    transformation: Transformation,
    environment: Environment,
    start_at: datetime,
    end_at: datetime,
    by: User,
    now: datetime,
    reason: str,
    cron: str = "",
    timezone: str = "",
    which: str = Backfill.Which.FAILED,
    is_newest_first: bool = False,
    is_delivering: bool = True,
    concurrency: int = 1,
    parameters: Mapping[str, Any] | None = None,
    plan_digest: str | None = None,
) -> Backfill:
    """Run over a range of due times, as the plan says. `plan_digest`: of the plan that was seen.

    Without a cron expression of its own it takes the due times, the time zone and the parameters of
    the schedule that holds here.
    """
    access.require(by, "backfill.start", transformation.component)
    if not reason.strip():
        raise Refused("Say why: it stands beside each of these runs.", field="reason")
    if not 1 <= concurrency <= MOST_BESIDE:
        raise Refused(f"Between 1 and {MOST_BESIDE} at a time.", field="concurrency")
    wanted = queries.wanted(
        transformation=transformation,
        environment=environment,
        start_at=start_at,
        end_at=end_at,
        cron=cron,
        timezone=timezone,
        which=which,
        is_newest_first=is_newest_first,
        is_delivering=is_delivering,
        concurrency=concurrency,
        parameters=parameters,
    )
    plan = queries.plan(**wanted)
    if plan_digest is not None and plan.digest != plan_digest:
        raise Moved(
            "The plan is another one by now: a run in this range appeared or ended. "
            "Look at it again."
        )
    if not plan.to_do:
        raise Refused(plan.summary, field="which")
    backfill = Backfill.objects.create(
        **wanted,
        total=len(plan.to_do),
        plan=plan.as_json(),
        reason=reason.strip(),
        requested_by=by,
        requested_at=now,
    )
    Part.objects.bulk_create(Part(backfill=backfill, logical_at=at) for at in sorted(plan.to_do))
    backfill.refresh_from_db()
    writing.note(backfill, "backfill.start", by=by, now=now, reason=reason, after=backfill.plan)
    changes.record(
        kind=Change.Kind.RUN,
        external_id=f"backfill:{backfill.pk}",
        component=transformation.component,
        environment=environment,
        title=f"Backfill {backfill.number} of {figures.times(backfill.total, 'run')}",
        by=by,
        started_at=now,
        finished_at=now,
        outcome=Change.Outcome.SUCCEEDED,
        reason=reason,
        url=backfill.path,
    )
    writing.send()
    return backfill


@transaction.atomic
def pause(*, backfill: Backfill, by: User, now: datetime, reason: str = "") -> Backfill:
    """Start nothing more; what runs goes on to its end."""
    access.require(by, "backfill.pause", backfill.transformation.component)
    said = f": “{reason.strip()}”" if reason.strip() else "."
    _move(
        backfill,
        (Backfill.State.RUNNING,),
        state=Backfill.State.PAUSED,
        message=f"Paused by {by.full_name}{said}",
    )
    writing.note(backfill, "backfill.pause", by=by, now=now, reason=reason)
    return backfill


@transaction.atomic
def resume(*, backfill: Backfill, by: User, now: datetime) -> Backfill:
    """Go on where it stood."""
    access.require(by, "backfill.resume", backfill.transformation.component)
    _move(
        backfill,
        (Backfill.State.PAUSED,),
        state=Backfill.State.RUNNING,
        message="",
        failures=0,
    )
    writing.note(backfill, "backfill.resume", by=by, now=now)
    writing.send()
    return backfill


@transaction.atomic
def cancel(*, backfill: Backfill, by: User, now: datetime, reason: str = "") -> Backfill:
    """Start nothing more, for good; what runs goes on to its end."""
    access.require(by, "backfill.cancel", backfill.transformation.component)
    _move(
        backfill,
        Backfill.UNFINISHED,
        state=Backfill.State.CANCELLED,
        message=f"Cancelled by {by.full_name}.",
        finished_at=now,
    )
    left = backfill.parts.filter(state=Part.State.WAITING).update(state=Part.State.CANCELLED)
    writing.note(backfill, "backfill.cancel", by=by, now=now, reason=reason, after={"left": left})
    return backfill


def _move(backfill: Backfill, standing: tuple[Backfill.State, ...], **fields: Any) -> None:
    moved = Backfill.objects.filter(pk=backfill.pk, state__in=standing).update(**fields)
    backfill.refresh_from_db()
    if not moved:
        said = backfill.get_state_display().lower()
        raise Moved(f"{str(backfill).capitalize()} is {said}; that can't be done to it now.")
