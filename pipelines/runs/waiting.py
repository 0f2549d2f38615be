"""What about runs and deliveries waits for a person, for the home page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from pipelines.deliveries.models import Delivery
from pipelines.runs.models import Run
from portal.accounts.models import Role, User
from portal.navigation import Need

MOST = 20
# A failure that nobody looked at for a week waits for nobody any more.
RECENT = timedelta(days=7)


def needs_of(user: User, now: datetime) -> list[Need]:
    """Failed runs and deliveries of this person's teams; two queries."""
    return [
        *(_run(row) for row in _failed_runs(user, now)[:MOST]),
        *(_delivery(row) for row in _failed_deliveries(user, now)[:MOST]),
    ]


def _failed_runs(user: User, now: datetime) -> QuerySet[Run]:
    """The last word in its place."""
    newer = Run.objects.filter(
        transformation=OuterRef("transformation"),
        environment=OuterRef("environment"),
        pk__gt=OuterRef("pk"),
    )
    return (
        Run.objects.filter(
            state=Run.State.FAILED, finished_at__gt=now - RECENT, team__in=_teams(user)
        )
        .exclude(Exists(newer))
        .select_related("transformation__component", "environment", "version")
        .order_by("pk")
    )


def _failed_deliveries(user: User, now: datetime) -> QuerySet[Delivery]:
    """Of the last week, where no later revision was sent."""
    newer = Delivery.objects.filter(
        run=OuterRef("run"), name=OuterRef("name"), revision__gt=OuterRef("revision")
    )
    return (
        Delivery.objects.filter(
            state=Delivery.State.FAILED, created_at__gt=now - RECENT, team__in=_teams(user)
        )
        .exclude(Exists(newer))
        .select_related("run__transformation__component", "client", "environment")
        .order_by("pk")
    )


def _teams(user: User) -> QuerySet:
    return user.memberships.exclude(role=Role.VIEWER).values("team_id")


def _run(run: Run) -> Need:
    return Need(
        tone="bad",
        icon="bad",
        label="Failure",
        title=f"{run.transformation.component.name} failed in {run.environment.name}",
        text=run.message,
        at=run.finished_at or run.queued_at,
        url=f"/runs/{run.number}/",
        verb="Look",
    )


def _delivery(delivery: Delivery) -> Need:
    component = delivery.run.transformation.component
    return Need(
        tone="bad",
        icon="send",
        label="Not delivered",
        title=f"{component.name} did not reach {delivery.client}",
        text=f"{delivery.message} In {delivery.environment.name}.",
        at=delivery.created_at,
        url=f"/runs/{delivery.run.number}/",
        verb="Look",
    )
