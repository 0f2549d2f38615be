"""Questions about what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from observability.changes.models import Change, Commit, Link
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.filters import identities

MOST_DRAWN = 10_000  # changes that one picture counts


def changes(
    *,
    component: str = "",
    environment: str = "",
    team: str = "",
    client: str = "",
    kinds: Sequence[str] = (),
    outcome: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Change]:
    """Changes with what a line about them shows; each argument that is given narrows it down."""
    given = {
        "environment": environment,
        "kind__in": list(kinds),
        "outcome": outcome,
        "started_at__gte": since,
        "started_at__lt": until,
    }
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
    if client:
        rows = rows.filter(component__in=catalog.feeding(client))
    return rows.filter(component__in=_of(team__name=team)) if team else rows


def happened(rows: QuerySet[Change]) -> list[tuple[datetime, str, str]]:
    """When, kind and outcome, for a picture; the newest where there are too many."""
    newest = rows.select_related(None).prefetch_related(None).order_by("-started_at", "-id")
    return list(newest.values_list("started_at", "kind", "outcome")[:MOST_DRAWN])


def by(user: User) -> QuerySet[Change]:
    """Changes that this person made."""
    return changes().filter(actor=user)


def of_teams(user: User) -> QuerySet[Change]:
    """Changes of what this person's teams answer for."""
    return changes().filter(component__in=_of(team__in=access.team_ids(user)))


@dataclass(frozen=True, slots=True)
class Mending:
    """What a change was made to mend, and what was made to mend it; the first of each first."""

    fixes: tuple[Change, ...] = ()
    fixed_by: tuple[Change, ...] = ()


def mending(source: str, external_id: str) -> Mending:
    """Of one change, as somebody said it when it was deployed; two queries."""
    own = Change.objects.filter(source=source, external_id=external_id)
    pk = own.values_list("pk", flat=True).first()
    if pk is None:
        return Mending()
    rows = Link.objects.filter(Q(change=pk) | Q(other=pk), kind=Link.Kind.FIXES)
    links = list(rows.select_related("change__component", "other__component").order_by("pk"))
    return Mending(
        fixes=tuple(one.other for one in links if one.change_id == pk),
        fixed_by=tuple(one.change for one in links if one.other_id == pk),
    )


def _of(**named: Any) -> list[UUID]:
    """Those components: by their identities the axis is entered by its index."""
    return identities(Component.objects.all(), **named)
