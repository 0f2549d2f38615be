"""What about deployments waits for a person, for the home page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, UUIDField

from deployments.policies.models import Approval
from deployments.releases.models import Rejection
from deployments.rollouts.models import Deployment, Live
from portal.accounts import access
from portal.accounts.models import Role, User
from portal.arrays import UUIDS, InArray
from portal.navigation import Need
from portal.postgresql.questions import Question

MOST = 20
# A failure that nobody looked at for a week waits for nobody any more.
RECENT = timedelta(days=7)


def needs_of(user: User, now: datetime) -> list[Need]:
    """Approvals, questions, failures and rejected versions that still serve; four queries."""
    teams = access.team_ids(user, Role.DEVELOPER)
    deciding = None if user.is_platform else access.team_ids(user, Role.MAINTAINER)
    return [
        *map(_approval, _TO_APPROVE.rows(person=user.pk, teams=deciding)),
        *map(_question, _ASKING.rows(teams=teams)),
        *map(_failure, last_failed(teams, now)),
        *map(_rejected, serving_rejected(teams)),
    ]


def last_failed(teams: Sequence[UUID], now: datetime) -> Iterator[Deployment]:
    """The last word in its place, of the last week."""
    return _FAILED.rows(teams=teams, since=now - RECENT)


def serving_rejected(teams: Sequence[UUID]) -> Iterator[Live]:
    """What is live of these teams and was rejected."""
    return _REJECTED.rows(teams=teams)


def _of(teams: Any) -> InArray:
    return InArray("component__team", teams, UUIDS)


def _open(state: str) -> QuerySet[Deployment]:
    return (
        Deployment.objects.filter(state=state)
        .select_related("component", "environment", "release", "configuration", "requested_by")
        .select_related("previous_configuration")
        .order_by("pk")
    )


def _to_approve(person: Any, teams: Any) -> QuerySet[Deployment]:
    """What others asked for and this person has not decided; None: whoever's it is."""
    rows = _open(Deployment.State.AWAITING_APPROVAL).exclude(requested_by=person)
    decided = Approval.objects.filter(deployment=OuterRef("pk"), decided_by=person, superseded="")
    rows = rows.exclude(Exists(decided))
    return (rows if teams is None else rows.filter(_of(teams)))[:MOST]


def _asking(teams: Any) -> QuerySet[Deployment]:
    return _open(Deployment.State.WAITING).filter(_of(teams))[:MOST]


def _last_failed(teams: Any, since: Any) -> QuerySet[Deployment]:
    newer = Deployment.objects.filter(
        component=OuterRef("component"), environment=OuterRef("environment"), pk__gt=OuterRef("pk")
    )
    failed = _open(Deployment.State.FAILED).filter(_of(teams), finished_at__gt=since)
    return failed.exclude(Exists(newer))[:MOST]


def _serving_rejected(teams: Any) -> QuerySet[Live]:
    """By way of the few rejections that are in force."""
    active = Rejection.objects.active().filter(_of(teams))
    same = active.filter(component=OuterRef("component"), digest=OuterRef("release__digest"))
    return (
        Live.objects.filter(
            Exists(same), component__in=active.values("component"), channel=Live.Channel.STABLE
        )
        .select_related("component", "environment", "release")
        .order_by("since_at")[:MOST]
    )


# Every open page asks these every few seconds, for the figure in its rail
_TO_APPROVE = Question(_to_approve, person=UUIDField(), teams=UUIDS)
_ASKING = Question(_asking, teams=UUIDS)
_FAILED = Question(_last_failed, teams=UUIDS, since=DateTimeField())
_REJECTED = Question(_serving_rejected, teams=UUIDS)


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
