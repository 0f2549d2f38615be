"""What people are told of a deployment: that it waits for them, and how it ended."""

from __future__ import annotations

from datetime import datetime

from deployments.rollouts.models import Deployment
from portal.accounts.models import User
from portal.notifications import operations as notifications
from portal.notifications.models import Kind

ENDED = {
    Deployment.State.FAILED: "failed",
    Deployment.State.REFUSED: "was refused",
    Deployment.State.ABORTED: "was aborted",
}


def waits_for_approval(deployment: Deployment, now: datetime) -> None:
    """Those who may approve hear of it; whoever asked knows."""
    said = f"Asked by {deployment.requested_by.full_name}."
    reason = f" “{deployment.reason}”" if deployment.reason else ""
    _notify(
        Kind.APPROVAL_NEEDED,
        deployment,
        _subject(deployment),
        key=str(deployment.pk),
        text=f"{said}{reason} {deployment.plan.get('summary', '')}".strip(),
        actor=deployment.requested_by,
        now=now,
    )


def waits_for_a_word(deployment: Deployment, message: str, now: datetime) -> None:
    """Those who may let it go on hear of it, and whoever asked."""
    _notify(
        Kind.DEPLOYMENT_WAITING,
        deployment,
        _subject(deployment),
        key=str(deployment.pk),
        text=message,
        person=deployment.requested_by,
        now=now,
    )


def goes_on(deployment: Deployment, before: str, now: datetime) -> None:
    """It no longer waits for what it waited for, however that came."""
    kinds = {
        Deployment.State.AWAITING_APPROVAL: Kind.APPROVAL_NEEDED,
        Deployment.State.WAITING: Kind.DEPLOYMENT_WAITING,
    }
    if kind := kinds.get(Deployment.State(before)):
        notifications.over(kind=kind, key=str(deployment.pk), now=now)


def ended(deployment: Deployment, before: str, by: User | None, now: datetime) -> None:
    """Whoever asked hears how it ended; of a rollback the whole team hears."""
    goes_on(deployment, before, now)
    state, person = Deployment.State(deployment.state), deployment.requested_by
    if deployment.kind == Deployment.Kind.ROLLBACK:
        kind, subject = Kind.DEPLOYMENT_ROLLED_BACK, _rolled_back(deployment)
    elif state == Deployment.State.SUCCEEDED:
        kind, subject = Kind.DEPLOYMENT_FINISHED, f"{_subject(deployment)} is live"
    else:
        kind, subject = Kind.DEPLOYMENT_FAILED, f"{_subject(deployment)} {ENDED[state]}"
    if state in {Deployment.State.REFUSED, Deployment.State.ABORTED} and by == person:
        return  # they ended it themselves
    _notify(
        kind,
        deployment,
        subject,
        key=f"{deployment.pk}:{state}",
        text=deployment.kept_message or deployment.reason,
        person=person,
        now=now,
    )


def _rolled_back(deployment: Deployment) -> str:
    name, place = deployment.component.name, deployment.environment.name
    pinned = f" with {deployment.configuration}" if deployment.is_same_release else ""
    to = f"{deployment.release}{pinned} in {place}"
    if deployment.state == Deployment.State.SUCCEEDED:
        return f"{name} was rolled back to {to}"
    said = ENDED[Deployment.State(deployment.state)]
    return f"Rolling back {name} to {to} {said}"


def _subject(deployment: Deployment) -> str:
    return f"{deployment.component.name} {deployment.title}"


def _notify(
    kind: Kind,
    deployment: Deployment,
    subject: str,
    *,
    key: str,
    text: str,
    now: datetime,
    person: User | None = None,
    actor: User | None = None,
) -> None:
    notifications.notify(
        kind=kind,
        key=key,
        subject=subject,
        component=deployment.component,
        environment=deployment.environment.name,
        text=text,
        link=deployment.path,
        since=deployment.requested_at,
        person=person,
        actor=actor,
        now=now,
    )
