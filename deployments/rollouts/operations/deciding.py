"""What people decide about a deployment that is open: yes, no, go on, stop."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.policies.models import Approval
from deployments.rollouts.models import Deployment, Step, StepAttempt
from deployments.rollouts.operations import ending, telling, writing
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.errors import Moved, NotAllowed, Refused
from portal.failpoints import hit


@kept("deployment.approve", "deployment", "deployment")
@transaction.atomic
def approve(*, deployment: Deployment, by: User, now: datetime, note: str = "") -> Deployment:
    """Agree that it goes live. When as many agree as the environment asks for, it goes on."""
    access.require(by, "deployment.approve", deployment.component)
    current = writing.locked(deployment)
    state = writing.refuse_unless(current, "approve")
    _refuse_own(current, by)
    _decide(current, Approval.Decision.APPROVED, by=by, now=now, note=note)
    agreed = list(
        Approval.objects.filter(deployment=current, decision=Approval.Decision.APPROVED)
        .select_related("decided_by")
        .order_by("decided_at", "id")
    )
    said = " ".join(_said(approval) for approval in agreed)
    step = Step.objects.get(deployment=current, name="approval")
    current.approvals_counted = needed = current.environment.approvals
    writing.note(
        current,
        "deployment.approve",
        by=by,
        now=now,
        reason=note,
        after={"approvals": len(agreed), "of": needed},
    )
    hit("deployments.approving")
    if len(agreed) < needed:
        waiting = f"{len(agreed)} of {needed} agreed. {said}"
        Step.objects.filter(pk=step.pk).update(message=waiting)
        current.message = waiting
        current.save(update_fields=["message", "approvals_counted"])
        return current
    _close(step, Step.State.DONE, said, now)
    hit("deployments.approved")
    telling.goes_on(current, current.state, now)
    current.state, current.message, current.started_at = state, "", now
    current.save(update_fields=["state", "message", "started_at", "approvals_counted"])
    _go_on(current, now)
    return current


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
    decision = _decide(current, Approval.Decision.REFUSED, by=by, now=now, note=note)
    hit("deployments.refusing")
    _close(
        Step.objects.get(deployment=current, name="approval"),
        Step.State.FAILED,
        _said(decision),
        now,
    )
    ending.end(
        current,
        Deployment.State.REFUSED,
        message=f"Refused by {_said(decision)}",
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
    _close(step, Step.State.DONE, said, now)
    hit("deployments.advancing")
    writing.note(
        current,
        "deployment.advance",
        by=by,
        now=now,
        reason=step.message,
        after={"step": step.name},
    )
    if not _go_on(current, now):
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


def _refuse_own(deployment: Deployment, by: User) -> None:
    if by.pk == deployment.requested_by_id:
        others = policies.approvers(deployment.component, but=by)
        raise NotAllowed(
            "You asked for this deployment, so someone else approves it: "
            f"{checks.listed(others, 'or') or 'another maintainer'}."
        )


def _decide(
    deployment: Deployment, decision: Approval.Decision, *, by: User, now: datetime, note: str
) -> Approval:
    try:
        with transaction.atomic():
            return Approval.objects.create(
                deployment=deployment,
                decided_by=by,
                decision=decision,
                note=note.strip(),
                decided_at=now,
            )
    except IntegrityError as error:
        raise Moved("You have decided about this deployment already.") from error


def _said(approval: Approval) -> str:
    name = approval.decided_by.full_name
    return f"{name}: “{approval.note}”" if approval.note else f"{name}."


def _close(step: Step, state: Step.State, message: str, now: datetime) -> None:
    Step.objects.filter(pk=step.pk).update(state=state, message=message, finished_at=now)
    StepAttempt.objects.filter(step=step, number=step.attempt).update(
        state=state, message=message, finished_at=now
    )


def _go_on(deployment: Deployment, now: datetime) -> bool:
    """Set the next step going. False: there is none."""
    following = (
        Step.objects.filter(deployment=deployment, state=Step.State.PENDING)
        .order_by("order")
        .first()
    )
    if following is None:
        return False
    Step.objects.filter(pk=following.pk).update(next_at=now)
    writing.send(deployment)
    return True
