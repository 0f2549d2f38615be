"""A step that waits for people: what they say to it, how it is closed, and what comes next."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from deployments.policies.models import Approval
from deployments.rollouts.models import Deployment, Step, StepAttempt
from deployments.rollouts.operations import writing
from portal.accounts.models import User
from portal.errors import Moved


def decide(
    deployment: Deployment, decision: Approval.Decision, *, by: User, now: datetime, note: str
) -> Approval:
    """Keep what a person decided; each decides once about the same plan."""
    if again := _again(deployment, decision, by=by, now=now, note=note):
        return again
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


def _again(
    deployment: Deployment, decision: Approval.Decision, *, by: User, now: datetime, note: str
) -> Approval | None:
    """In the place of what they said to an earlier plan; the audit has both."""
    earlier = deployment.approvals.filter(decided_by=by).exclude(superseded="").first()
    if earlier is None:
        return None
    earlier.decision, earlier.note = decision, note.strip()
    earlier.decided_at, earlier.superseded = now, ""
    earlier.save(update_fields=["decision", "note", "decided_at", "superseded"])
    return earlier


def said(approval: Approval) -> str:
    """Who decided, with the note."""
    name = approval.decided_by.full_name
    return f"{name}: “{approval.note}”" if approval.note else f"{name}."


def close(step: Step, state: Step.State, message: str, now: datetime) -> None:
    """End a step and its attempt."""
    Step.objects.filter(pk=step.pk).update(state=state, message=message, finished_at=now)
    StepAttempt.objects.filter(step=step, number=step.attempt).update(
        state=state, message=message, finished_at=now
    )


def go_on(deployment: Deployment, now: datetime) -> bool:
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
