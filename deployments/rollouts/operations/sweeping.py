"""Nothing stays behind: steps whose message was lost, and steps whose worker was."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from deployments.rollouts.models import Deployment, Step
from deployments.rollouts.operations import claims, writing
from deployments.rollouts.operations.claims import Claim

MOST = 200
LOST = "The worker was lost: it did not answer until its lease ended."


def sweep(*, now: datetime) -> int:
    """Take back what dead workers held, and send again what is due. Returns how many it touched."""
    return _take_back(now) + _send_again(now)


def _take_back(now: datetime) -> int:
    held = (
        Step.objects.filter(
            state=Step.State.RUNNING,
            lease_until__lt=now,
            deployment__state=Deployment.State.RUNNING,
        )
        .select_related("deployment__release")
        .order_by("lease_until")[:MOST]
    )
    for step in held:
        claim = Claim(deployment=step.deployment, step=step, number=step.attempt)
        claims.fail(claim, LOST, is_permanent=False, now=now, at_once=True)
    return len(held)


def _send_again(now: datetime) -> int:
    overdue = now - timedelta(seconds=settings.RESEND_SECONDS)
    due = (
        Step.objects.filter(
            state=Step.State.PENDING,
            next_at__lt=overdue,
            deployment__state=Deployment.State.RUNNING,
        )
        .select_related("deployment")
        .order_by("next_at")[:MOST]
    )
    for step in due:
        Step.objects.filter(pk=step.pk, state=Step.State.PENDING).update(next_at=now)
        writing.send(step.deployment)
    return len(due)
