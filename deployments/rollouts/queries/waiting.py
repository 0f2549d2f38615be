"""What about deployments waits for a person, for the home page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from deployments.policies.models import Approval
from deployments.releases.models import Rejection
from deployments.rollouts.models import Deployment, Live
from portal.accounts import access
from portal.accounts.models import Role, User
from portal.navigation import Need

MOST = 20
# A failure that nobody looked at for a week waits for nobody any more.
RECENT = timedelta(days=7)


def needs_of(user: User, now: datetime) -> list[Need]:
    """Approvals, questions, failures and rejected versions that still serve; four queries."""
    return [
        *(_approval(row) for row in _to_approve(user)[:MOST]),
        *(_question(row) for row in _asking(user)[:MOST]),
        *(_failure(row) for row in last_failed(now).filter(_mine(user))[:MOST]),
        *(_rejected(live) for live in serving_rejected(_mine(user))[:MOST]),
    ]


def _mine(user: User) -> Q:
    return Q(component__team__in=access.team_ids(user, Role.DEVELOPER))


def _open(state: str) -> QuerySet[Deployment]:
    return (
        Deployment.objects.filter(state=state)
        .select_related("component", "environment", "release", "configuration", "requested_by")
        .select_related("previous_configuration")
        .order_by("pk")
    )


def _to_approve(user: User) -> QuerySet[Deployment]:
    rows = _open(Deployment.State.AWAITING_APPROVAL).exclude(requested_by=user)
    decided = Approval.objects.filter(deployment=OuterRef("pk"), decided_by=user, superseded="")
    rows = rows.exclude(Exists(decided))
    if user.is_platform:
        return rows
    return rows.filter(component__team__in=access.team_ids(user, Role.MAINTAINER))


def _asking(user: User) -> QuerySet[Deployment]:
    return _open(Deployment.State.WAITING).filter(_mine(user))


def last_failed(now: datetime) -> QuerySet[Deployment]:
    """The last word in its place, of the last week."""
    newer = Deployment.objects.filter(
        component=OuterRef("component"), environment=OuterRef("environment"), pk__gt=OuterRef("pk")
    )
    return (
        _open(Deployment.State.FAILED).filter(finished_at__gt=now - RECENT).exclude(Exists(newer))
    )


def serving_rejected(whose: Q) -> QuerySet[Live]:
    """Of some components: by way of the few rejections that are in force."""
    active = Rejection.objects.active().filter(whose)
    same = active.filter(component=OuterRef("component"), digest=OuterRef("release__digest"))
    return (
        Live.objects.filter(
            Exists(same), component__in=active.values("component"), channel=Live.Channel.STABLE
        )
        .select_related("component", "environment", "release")
        .order_by("since_at")
    )


def _approval(row: Deployment) -> Need:
    said = f" “{row.reason}”" if row.reason else ""
    return Need(
        tone="info",
        icon="user",
        label="Approval",
        title=f"Approve {row.component.name} {row.title}",
        text=f"Asked by {row.requested_by.full_name}.{said} {row.plan.get('summary', '')}",
        at=row.requested_at,
        url=row.path,
        verb="Decide",
    )


def _question(row: Deployment) -> Need:
    return Need(
        tone="warn",
        icon="question",
        label="Question",
        title=f"{row.component.name} {row.title} needs a decision",
        text=row.message or "A step wants to know whether it may go on.",
        at=row.started_at or row.requested_at,
        url=row.path,
        verb="Decide",
    )


def _failure(row: Deployment) -> Need:
    return Need(
        tone="bad",
        icon="bad",
        label="Failure",
        title=f"{row.component.name} {row.title} failed",
        text=row.message,
        at=row.finished_at or row.requested_at,
        url=row.path,
        verb="Look",
    )


def _rejected(live: Live) -> Need:
    return Need(
        tone="bad",
        icon="ban",
        label="Rejected",
        title=f"{live.component.name} serves {live.release} in {live.environment.name}, rejected",
        text="Nothing runs on it. Roll back, or deploy another version.",
        at=live.since_at,
        url=f"/components/{live.component.name}/",
        verb="Look",
    )
