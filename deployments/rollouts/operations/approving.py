"""Agreeing that a deployment goes on: counted by the rule that its environment has now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from deployments.environments.models import Environment
from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.policies.models import Approval
from deployments.rollouts.models import Deployment, Step
from deployments.rollouts.operations import agreeing, passing, telling, writing
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.errors import NotAllowed
from portal.failpoints import hit


@kept("deployment.approve", "deployment", "deployment")
def approve(
    *,
    deployment: Deployment,
    by: User,
    now: datetime,
    note: str = "",
    plan_digest: str | None = None,
) -> Deployment:
    """Agree that it goes live. When as many agree as the environment asks for, it goes on.

    The plan is looked at anew: refused where a rule stops it by now; Moved, with the new plan in
    the details and kept with the deployment, where it is no longer what was read.
    """
    access.require(by, "deployment.approve", deployment.component)
    with transaction.atomic():
        current = writing.locked(deployment)
        writing.refuse_unless(current, "approve")
        _refuse_own(current, by)
        moved = agreeing.moved(current, plan_digest, now)
        if moved is None:
            _agree(current, by=by, now=now, note=note)
        else:
            _count(current, now)  # who agreed before did so to another plan
    if moved is not None:
        raise moved  # after what changed was kept
    return current


def recount(*, environment: Environment, by: User, now: datetime) -> None:
    """Count anew what waits there, for the rule changed; what has enough goes on."""
    waiting = Deployment.objects.filter(
        environment=environment, state=Deployment.State.AWAITING_APPROVAL
    )
    for found in waiting.order_by("pk"):
        current = writing.locked(found)
        if current.state == Deployment.State.AWAITING_APPROVAL and _count(current, now):
            reason = f"{environment.name} asks for fewer approvals now."
            writing.note(current, "deployment.advance", by=by, now=now, reason=reason)


def _agree(current: Deployment, *, by: User, now: datetime, note: str) -> None:
    passing.decide(current, Approval.Decision.APPROVED, by=by, now=now, note=note)
    writing.note(
        current,
        "deployment.approve",
        by=by,
        now=now,
        reason=note,
        after={
            "approvals": _yeses(current).count(),
            "of": _needed(current),
            "plan": current.plan_digest,
        },
    )
    hit("deployments.approving")
    _count(current, now)


def _count(current: Deployment, now: datetime) -> bool:
    """Say how many agreed, by the rule of now; True: they are enough, and it goes on.

    The caller holds the row.
    """
    agreed, needed = list(_yeses(current)), _needed(current)
    said = " ".join(passing.said(approval) for approval in agreed)
    step = Step.objects.get(deployment=current, name="approval")
    if agreed:
        current.approvals_counted = needed
    if len(agreed) < needed:
        waiting = f"{len(agreed)} of {needed} agreed. {said}" if agreed else _waits(current, needed)
        Step.objects.filter(pk=step.pk).update(message=waiting)
        current.message = waiting
        current.save(update_fields=["message", "approvals_counted"])
        return False
    passing.close(step, Step.State.DONE, said, now)
    hit("deployments.approved")
    telling.goes_on(current, current.state, now)
    current.state, current.message, current.started_at = Deployment.State.RUNNING, "", now
    current.save(update_fields=["state", "message", "started_at", "approvals_counted"])
    passing.go_on(current, now)
    return True


def _needed(current: Deployment) -> int:
    """By the rule as it is under the row's lock.

    What waits was asked for where someone else was to look. Where the rule asks for nobody by now,
    one word is still needed: changing a rule puts nothing live that no one has agreed to.
    """
    approvals = Environment.objects.values_list("approvals", flat=True)
    return max(approvals.get(pk=current.environment_id), 1)


def _yeses(current: Deployment) -> QuerySet[Approval]:
    return (
        Approval.objects.filter(
            deployment=current, decision=Approval.Decision.APPROVED, superseded=""
        )
        .select_related("decided_by")
        .order_by("decided_at", "id")
    )


def _waits(current: Deployment, needed: int) -> str:
    return checks.waits_for(needed, policies.approvers(current.component, but=current.requested_by))


def _refuse_own(deployment: Deployment, by: User) -> None:
    if by.pk == deployment.requested_by_id:
        others = policies.approvers(deployment.component, but=by)
        raise NotAllowed(
            "You asked for this deployment, so someone else approves it: "
            f"{checks.listed(others, 'or') or 'another maintainer'}."
        )
