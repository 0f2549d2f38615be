"""What another number of approvals in an environment would mean now, before it is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from deployments.environments.models import Environment
from deployments.policies.models import Approval
from deployments.rollouts.models import Deployment, Live
from portal.accounts.models import Membership, Role, User
from portal.ids import first_at

DAYS = 30
MOST = 5_000  # deployments that are looked back on
AGREED = Count(
    "approvals",
    filter=Q(approvals__decision=Approval.Decision.APPROVED, approvals__superseded=""),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deployment that waits now: how many agreed, and whether it would need more than before."""

    deployment: Deployment
    agreed: int
    needs: int


@dataclass(frozen=True, slots=True)
class Short:
    """A team with fewer people who may approve than would be needed beside who asks."""

    team: str
    can: int
    components: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom it would stop. `past` deployments of the last days by `people` would have waited."""

    environment: Environment
    approvals: int
    waiting: tuple[Waiting, ...]
    short: tuple[Short, ...]
    past: int
    people: tuple[str, ...]

    @property
    def is_more(self) -> bool:
        return self.approvals > self.environment.approvals


def preview(*, environment: Environment, approvals: int, now: datetime) -> Preview:
    """Five queries, however much is deployed."""
    is_more = approvals > environment.approvals
    past, people = _past(environment, approvals, now) if is_more else (0, ())
    return Preview(
        environment=environment,
        approvals=approvals,
        waiting=_waiting(environment, approvals),
        short=_short(environment, approvals),
        past=past,
        people=people,
    )


def _waiting(environment: Environment, approvals: int) -> tuple[Waiting, ...]:
    rows = (
        Deployment.objects.filter(environment=environment, state=Deployment.State.AWAITING_APPROVAL)
        .select_related("component", "release", "configuration", "requested_by", "environment")
        .annotate(agreed=AGREED)
        .order_by("pk")[:100]
    )
    return tuple(Waiting(row, row.agreed, max(approvals - row.agreed, 0)) for row in rows)


def _short(environment: Environment, approvals: int) -> tuple[Short, ...]:
    """Maintainers of the team and people of the platform may approve, but not who asked."""
    if not approvals:
        return ()
    live = (
        Live.objects.filter(environment=environment, channel=Live.Channel.STABLE)
        .values("component__team", "component__team__name")
        .annotate(count=Count("component", distinct=True))
        .order_by("component__team__name")
    )
    maintainers: dict[object, int] = dict(
        Membership.objects.filter(
            role=Role.MAINTAINER, user__is_active=True, user__is_platform=False
        )
        .values("team")
        .annotate(count=Count("pk"))
        .values_list("team", "count")
    )
    platform = User.objects.filter(is_platform=True, is_active=True).count()
    found = [
        Short(
            row["component__team__name"],
            maintainers.get(row["component__team"], 0) + platform,
            row["count"],
        )
        for row in live
    ]
    return tuple(one for one in found if one.can <= approvals)


def _past(environment: Environment, approvals: int, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Deployments that went there with fewer who agreed, and who had asked for them."""
    rows = (
        Deployment.objects.filter(
            environment=environment, pk__gte=first_at(now - timedelta(days=DAYS))
        )
        .exclude(kind=Deployment.Kind.ROLLBACK)
        .exclude(state__in=(Deployment.State.AWAITING_APPROVAL, Deployment.State.REFUSED))
        .annotate(agreed=AGREED)
        .filter(agreed__lt=approvals)
        .order_by("-pk")
        .values_list("requested_by__full_name", flat=True)[:MOST]
    )
    names = list(rows)
    return len(names), tuple(sorted(set(names)))
