"""What happened: deployments newest first, and one with everything about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from deployments.environments.models import Environment
from deployments.policies.models import Approval
from deployments.rollouts.models import Configuration, Deployment, Live, Step, StepAttempt
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.errors import NotFound
from portal.filters import identities
from portal.ids import first_at

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
    *,
    component: str = "",
    environment: str = "",
    state: str = "",
    kind: str = "",
    by: str = "",
    team: str = "",
) -> QuerySet[Deployment]:
    """Deployments, by names; to be paged by falling identity. One query however long it is.

    A name becomes an identity first: through joins PostgreSQL would walk them all for a rare one.
    """
    rows = Deployment.objects.select_related(*PEOPLE_AND_THINGS).defer("plan", "reverses__plan")
    if component:
        rows = rows.filter(component__in=identities(Component.objects.all(), name=component))
    if team:
        rows = rows.filter(component__in=identities(Component.objects.all(), team__name=team))
    if environment:
        rows = rows.filter(environment__in=identities(Environment.objects.all(), name=environment))
    if by:
        rows = rows.filter(requested_by__in=identities(User.objects.all(), username=by))
    given = {"state": state, "kind": kind}
    return rows.filter(**{name: value for name, value in given.items() if value})


def details() -> QuerySet[Deployment]:
    """Deployments with steps, attempts and decisions: four queries for one, in their order."""
    attempts = Prefetch("attempts", StepAttempt.objects.order_by("number"))
    steps = Prefetch("steps", Step.objects.order_by("order").prefetch_related(attempts))
    rows = Deployment.objects.select_related(*PEOPLE_AND_THINGS)
    return rows.prefetch_related(steps, decisions())


def decisions() -> Prefetch[str]:
    """Who decided about deployments, in their order; to be prefetched with them."""
    return Prefetch(
        "approvals", Approval.objects.select_related("decided_by").order_by("decided_at")
    )


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


def live_rollbacks() -> QuerySet[Deployment]:
    """What took something back: one that never went live did not."""
    return Deployment.objects.filter(reverses__isnull=False, live_at__isnull=False)


def reversal(deployment: Deployment) -> Deployment | None:
    """The rollback that took this deployment back, if there was one."""
    return (
        live_rollbacks()
        .filter(reverses=deployment)
        .select_related("requested_by", "release", "configuration")
        .order_by("-pk")
        .first()
    )


def under_way(user: User) -> list[Deployment]:
    """Unfinished deployments that this person asked for, or of their teams; at most ten."""
    rows = history().filter(state__in=Deployment.UNFINISHED)
    mine = Q(requested_by=user) | Q(component__team__in=access.team_ids(user))
    return list(rows.filter(mine).order_by("-pk")[:10])


def reversed_of(rows: Iterable[Deployment]) -> set[UUID | None]:
    """Which of these a rollback took back; one query."""
    return set(live_rollbacks().filter(reverses__in=rows).values_list("reverses_id", flat=True))


def places_of(rows: Iterable[Deployment]) -> dict[UUID, Live]:
    """What now serves where each of these went, by the deployment; one query."""
    found = list(rows)
    serving = {
        (live.component_id, live.environment_id): live
        for live in Live.objects.filter(
            component__in={row.component_id for row in found},
            environment__in={row.environment_id for row in found},
            channel=Live.Channel.STABLE,
        ).select_related("release", "configuration")
    }
    keys = {row.pk: (row.component_id, row.environment_id) for row in found}
    return {pk: serving[key] for pk, key in keys.items() if key in serving}


def tally(rows: QuerySet[Deployment], now: datetime, over: timedelta) -> dict[str, int]:
    """How many of these are open, and how many ended in the last while, by state; two queries."""
    is_open = Q(state__in=Deployment.UNFINISHED)
    recent = rows.filter(~is_open, pk__gte=first_at(now - over))
    return _by_state(rows.filter(is_open)) | _by_state(recent)


def _by_state(rows: QuerySet[Deployment]) -> dict[str, int]:
    counted = rows.order_by().values_list("state").annotate(number=Count("pk"))
    return dict(counted)
