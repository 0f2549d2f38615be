"""Incidents that go on, as somebody outside told of them: for home and a component's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, QuerySet

from observability.changes.models import Change
from portal.accounts import access
from portal.accounts.models import Role, User
from portal.arrays import UUIDS, InArray
from portal.catalog.models import Component
from portal.home.mine import Standing
from portal.navigation import Need
from portal.postgresql.questions import Question

MOST = 20
# Who told of one may never say that it is over, and nobody can here.
RECENT = timedelta(days=30)


def needs_of(user: User, now: datetime) -> list[Need]:
    """Open incidents of this person's teams; two queries."""
    teams = access.team_ids(user, Role.DEVELOPER)
    return [_need(row) for row in _THEIRS.rows(teams=teams, since=now - RECENT)]


def notices_of(component: Component, now: datetime) -> list[Need]:
    """Those of one component; one query."""
    return [_need(row) for row in _open(now - RECENT).filter(component=component)[:MOST]]


def troubles_of(teams: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """Which components have one; one query."""
    return {
        component: Standing("bad", "bell", f"Incident in {environment}")
        for component, environment in _WHERE.rows(teams=teams, since=now - RECENT)
        if component
    }


def _open(since: Any) -> QuerySet[Change]:
    return (
        Change.objects.filter(
            kind=Change.Kind.INCIDENT, outcome=Change.Outcome.RUNNING, started_at__gt=since
        )
        .select_related("component")
        .order_by("started_at", "pk")
    )


def _theirs(teams: Any, since: Any) -> QuerySet[Change]:
    return _open(since).filter(InArray("component__team", teams, UUIDS))


_THEIRS = Question(
    lambda teams, since: _theirs(teams, since)[:MOST], teams=UUIDS, since=DateTimeField()
)
_WHERE: Question[tuple[UUID | None, str]] = Question(
    lambda teams, since: _theirs(teams, since).values_list("component", "environment"),
    teams=UUIDS,
    since=DateTimeField(),
)


def _need(row: Change) -> Need:
    component = row.component.name if row.component else ""
    return Need(
        tone="bad",
        icon="bell",
        label="Incident",
        title=f"{component}: {row.title}",
        text=f"An incident in {row.environment}, told by {row.actor_name}.",
        at=row.started_at,
        url=row.url or f"/changes/?component={component}&kind=incident",
        verb="Look",
    )
