"""What happened: deployments newest first, and one with everything about it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from deployments.policies.models import Approval
from deployments.rollouts.models import Configuration, Deployment, Step, StepAttempt
from portal.accounts.models import User
from portal.errors import NotFound

PEOPLE_AND_THINGS = (
    "component__team",
    "environment",
    "release",
    "configuration",
    "previous_release",
    "previous_configuration",
    "requested_by",
    "reverses",
)


def history(
    *, component: str = "", environment: str = "", state: str = "", kind: str = ""
) -> QuerySet[Deployment]:
    """Deployments, by names; to be paged by falling identity. One query however long it is."""
    given = {
        "component__name": component,
        "environment__name": environment,
        "state": state,
        "kind": kind,
    }
    return Deployment.objects.select_related(*PEOPLE_AND_THINGS).filter(
        **{name: value for name, value in given.items() if value}
    )


def details() -> QuerySet[Deployment]:
    """Deployments with steps, attempts and decisions: four queries for one, in their order."""
    attempts = Prefetch("attempts", StepAttempt.objects.order_by("number"))
    steps = Prefetch("steps", Step.objects.order_by("order").prefetch_related(attempts))
    approvals = Prefetch(
        "approvals", Approval.objects.select_related("decided_by").order_by("decided_at")
    )
    return Deployment.objects.select_related(*PEOPLE_AND_THINGS).prefetch_related(steps, approvals)


def configurations(*, component: str = "", environment: str = "") -> QuerySet[Configuration]:
    """Revisions of what environments set, by names."""
    given = {"component__name": component, "environment__name": environment}
    return Configuration.objects.select_related("component", "environment", "created_by").filter(
        **{name: value for name, value in given.items() if value}
    )


def deployment(number: int) -> Deployment:
    """One deployment with everything about it; NotFound, in words, where there is none."""
    found = details().filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no deployment #{number}.")
    return found


def reversal(deployment: Deployment) -> Deployment | None:
    """The rollback that took this deployment back, if there was one."""
    return (
        Deployment.objects.filter(reverses=deployment, live_at__isnull=False)
        .select_related("requested_by", "release")
        .order_by("-pk")
        .first()
    )


def under_way(user: User) -> list[Deployment]:
    """Unfinished deployments that this person asked for, or of their teams; at most ten."""
    rows = history().filter(state__in=Deployment.UNFINISHED)
    mine = Q(requested_by=user) | Q(component__team__in=user.memberships.values("team_id"))
    return list(rows.filter(mine).order_by("-pk")[:10])


def reversed_of(rows: Iterable[Deployment]) -> set[UUID | None]:
    """Which of these a rollback took back; one query."""
    rollbacks = Deployment.objects.filter(reverses__in=rows, live_at__isnull=False)
    return set(rollbacks.values_list("reverses_id", flat=True))
