"""Nothing stays behind: steps whose message was lost, whose worker was, and whose wait is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from portal.golden_paths.models import PathRun, PathStep
from portal.golden_paths.operations import claims, writing
from portal.golden_paths.operations.claims import Claim

MOST = 200
LOST = "The worker was lost: it did not answer until its lease ended."


def sweep(*, now: datetime) -> int:
    """Take back what dead workers held, and send what is due. Returns how many it touched."""
    return _take_back(now) + _send(now)


def _take_back(now: datetime) -> int:
    held = (
        PathStep.objects.filter(
            state=PathStep.State.RUNNING, lease_until__lt=now, run__state__in=PathRun.MOVING
        )
        .select_related("run")
        .order_by("lease_until")[:MOST]
    )
    for step in held:
        claim = Claim(run=step.run, step=step, number=step.attempt)
        claims.fail(claim, LOST, is_permanent=False, now=now, at_once=True)
    return len(held)


def _send(now: datetime) -> int:
    """What waits is looked at when its time has come; what should have been taken is sent again."""
    overdue = now - timedelta(seconds=settings.RESEND_SECONDS)
    due = (
        PathStep.objects.filter(
            Q(state=PathStep.State.WAITING, next_at__lte=now)
            | Q(state=PathStep.State.PENDING, next_at__lte=overdue),
            run__state__in=PathRun.MOVING,
        )
        .select_related("run")
        .order_by("next_at")[:MOST]
    )
    for step in due:
        later = now + timedelta(seconds=settings.RESEND_SECONDS)
        is_waiting = step.state == PathStep.State.WAITING
        PathStep.objects.filter(pk=step.pk, state=step.state, next_at=step.next_at).update(
            next_at=later if is_waiting else now
        )
        writing.send(step.run)
    return len(due)
