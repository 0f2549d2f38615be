"""Pausing and resuming: at once, by one person, without approval; no deployment."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from deployments.environments.models import Environment
from deployments.policies.checks import day
from deployments.rollouts import queries
from deployments.rollouts.models import Hold
from observability.changes import operations as changes
from observability.changes.models import Change, Link
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.failpoints import hit


@kept("hold.pause", "component", "component")
@transaction.atomic
def pause(
    *, component: Component, environment: Environment, reason: str, by: User, now: datetime
) -> Hold:
    """No new work starts here until someone resumes it; what is live stays live."""
    access.require(by, "hold.pause", component)
    if not reason.strip():
        raise Refused("Say why it pauses: others will find it standing still.", field="reason")
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                component=component,
                environment=environment,
                reason=reason.strip(),
                held_by=by,
                held_at=now,
            )
    except IntegrityError as error:
        raise Moved(_paused_already(component, environment)) from error
    hit("deployments.hold.written")
    _audit(hold, "hold.pause", by=by, now=now, reason=hold.reason)
    _record(hold, Change.Kind.HOLD, by=by, now=now, reason=hold.reason)
    return hold


@kept("hold.resume", "component", "component")
@transaction.atomic
def resume(*, component: Component, environment: Environment, by: User, now: datetime) -> Hold:
    """Let work go on."""
    access.require(by, "hold.resume", component)
    hold = queries.hold(component, environment)
    if hold is None or not _release(hold, by, now):
        raise Moved(f"{component.name} is not paused in {environment.name}.")
    hold.resumed_by, hold.resumed_at = by, now
    hit("deployments.hold.released")
    _audit(hold, "hold.resume", by=by, now=now, before={"reason": hold.reason})
    resumed = _record(hold, Change.Kind.RESUME, by=by, now=now)
    paused = Change.objects.filter(source=changes.SOURCE, external_id=f"hold:{hold.pk}").first()
    if paused is not None:
        changes.link(change=resumed, other=paused, kind=Link.Kind.REVERSES)
    return hold


def _release(hold: Hold, by: User, now: datetime) -> bool:
    """False: someone else resumed it at the same moment."""
    mine = Hold.objects.filter(pk=hold.pk, resumed_at=None)
    return bool(mine.update(resumed_by=by, resumed_at=now))


def _paused_already(component: Component, environment: Environment) -> str:
    hold = queries.hold(component, environment)
    who = f" by {hold.held_by.full_name} since {day(hold.held_at)}" if hold else ""
    return f"{component.name} is paused in {environment.name} already{who}."


def _audit(
    hold: Hold,
    verb: str,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    before: dict[str, str] | None = None,
) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="hold",
        thing=f"{hold.component.name} in {hold.environment.name}",
        thing_id=hold.pk,
        component=hold.component.name,
        team=hold.component.team.name,
        environment=hold.environment.name,
        reason=reason,
        before=before,
    )


def _record(hold: Hold, kind: Change.Kind, *, by: User, now: datetime, reason: str = "") -> Change:
    verb = "Paused" if kind == Change.Kind.HOLD else "Resumed"
    return changes.record(
        kind=kind,
        external_id=f"{kind.value}:{hold.pk}",
        component=hold.component,
        environment=hold.environment.name,
        title=f"{verb} in {hold.environment.name}",
        by=by,
        started_at=now,
        finished_at=now,
        outcome=Change.Outcome.SUCCEEDED,
        reason=reason,
        url=f"/components/{hold.component.name}/",
        is_planned=False,
    )
