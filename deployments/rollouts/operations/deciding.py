"""What people decide about a deployment that is open: no, go on, stop."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deployments.policies.models import Approval
from deployments.rollouts.models import Deployment, Step
from deployments.rollouts.operations import ending, passing, telling, writing
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.errors import Moved, NotAllowed, Refused
from portal.failpoints import hit


@kept("deployment.refuse", "deployment", "deployment")
@transaction.atomic
def refuse(*, deployment: Deployment, by: User, now: datetime, note: str) -> Deployment:
    """Say no, with the reason; one no ends it."""
    access.require(by, "deployment.refuse", deployment.component)
    if not note.strip():
        raise Refused("Say why not: whoever asked has to know what to change.", field="note")
    current = writing.locked(deployment)
    writing.refuse_unless(current, "refuse")
    if by.pk == current.requested_by_id:
        raise NotAllowed("You asked for this deployment yourself: abort it instead.")
    decision = passing.decide(current, Approval.Decision.REFUSED, by=by, now=now, note=note)
    hit("deployments.refusing")
    passing.close(
        Step.objects.get(deployment=current, name="approval"),
        Step.State.FAILED,
        passing.said(decision),
        now,
    )
    ending.end(
        current,
        Deployment.State.REFUSED,
        message=f"Refused by {passing.said(decision)}",
        by=by,
        now=now,
        reason=note,
    )
    return current


@kept("deployment.advance", "deployment", "deployment")
@transaction.atomic
def advance(*, deployment: Deployment, by: User, now: datetime) -> Deployment:
    """Let a step that waits for a person go on."""
    access.require(by, "deployment.advance", deployment.component)
    current = writing.locked(deployment)
    state = writing.refuse_unless(current, "advance")
    step = Step.objects.get(deployment=current, state=Step.State.WAITING)
    said = f"{step.message} {by.full_name} let it go on.".strip()
    passing.close(step, Step.State.DONE, said, now)
    hit("deployments.advancing")
    writing.note(
        current,
        "deployment.advance",
        by=by,
        now=now,
        reason=step.message,
        after={"step": step.name},
    )
    if not passing.go_on(current, now):
        ending.end(current, Deployment.State.SUCCEEDED, message=said, by=by, now=now)
        return current
    telling.goes_on(current, current.state, now)
    current.state, current.message = state, ""
    current.save(update_fields=["state", "message"])
    return current


@kept("deployment.abort", "deployment", "deployment")
@transaction.atomic
def abort(*, deployment: Deployment, by: User, now: datetime, reason: str = "") -> Deployment:
    """Stop a deployment before it is live. What is live already is left by rolling back."""
    access.require(by, "deployment.abort", deployment.component)
    current = writing.locked(deployment)
    writing.refuse_unless(current, "abort")
    if current.live_at is not None:
        raise Moved(
            f"{current.release} is live in {current.environment.name} already: aborting would not "
            "change that. Roll back to leave it."
        )
    said = f": “{reason.strip()}”" if reason.strip() else ""
    ending.end(
        current,
        Deployment.State.ABORTED,
        message=f"Aborted by {by.full_name}{said}.",
        by=by,
        now=now,
        reason=reason,
    )
    return current
