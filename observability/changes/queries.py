"""Questions about what changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from observability.changes.models import Change, Commit, Link
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.filters import identities


def changes(
    *, component: str = "", environment: str = "", kind: str = "", team: str = ""
) -> QuerySet[Change]:
    """Changes with what a line about them shows; each argument that is given narrows it down."""
    given = {"environment": environment, "kind": kind}
    rows = (
        Change.objects.select_related("component", "actor")
        .prefetch_related(
            Prefetch("links", Link.objects.select_related("other")),
            Prefetch("commits", Commit.objects.order_by("-committed_at")),
        )
        .filter(**{key: value for key, value in given.items() if value})
    )
    if component:
        rows = rows.filter(component__in=_of(name=component))
    return rows.filter(component__in=_of(team__name=team)) if team else rows


def by(user: User) -> QuerySet[Change]:
    """Changes that this person made."""
    return changes().filter(actor=user)


def of_teams(user: User) -> QuerySet[Change]:
    """Changes of what this person's teams answer for."""
    return changes().filter(component__in=_of(team__in=access.team_ids(user)))


def _of(**named: Any) -> list[UUID]:
    """Those components: by their identities the axis is entered by its index."""
    return identities(Component.objects.all(), **named)
