"""Questions about what changed."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from observability.changes.models import Change, Commit, Link
from portal.accounts.models import User


def changes(
    *, component: str = "", environment: str = "", kind: str = "", team: str = ""
) -> QuerySet[Change]:
    """Changes with what a line about them shows; each argument that is given narrows it down."""
    given = {
        "component__name": component,
        "environment": environment,
        "kind": kind,
        "component__team__name": team,
    }
    return (
        Change.objects.select_related("component", "actor")
        .prefetch_related(
            Prefetch("links", Link.objects.select_related("other")),
            Prefetch("commits", Commit.objects.order_by("-committed_at")),
        )
        .filter(**{key: value for key, value in given.items() if value})
    )


def by(user: User) -> QuerySet[Change]:
    """Changes that this person made."""
    return changes().filter(actor=user)


def of_teams(user: User) -> QuerySet[Change]:
    """Changes of what this person's teams answer for."""
    return changes().filter(component__team__in=user.memberships.values("team_id"))
