"""What a team may use, asked by the floors above: may they query this, send there, see rows?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.accounts.models import Grant, Membership, Team, User


def missing(team: Team, things: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of `things` (kind, name) that the team has no grant to use; one query."""
    wanted = list(dict.fromkeys(things))
    held = set(
        Grant.objects.filter(
            team=team, use=Grant.Use.USE, name__in=[name for _, name in wanted]
        ).values_list("kind", "name")
    )
    return [thing for thing in wanted if thing not in held]


def may_see_rows(who: User, connections: Iterable[str]) -> bool:
    """Whether some of the person's teams may look at rows of every one of these connections.

    The platform role does not help here: running the portal is no reason to read clients' data.
    """
    wanted = set(connections)
    held = rows_of(who).filter(name__in=wanted).values_list("name", flat=True)
    return who.is_active and wanted <= set(held)


def rows_of(who: User) -> QuerySet[Grant]:
    """The rights to see rows that the person has through their teams."""
    teams = Membership.objects.filter(user=who).values("team_id")
    return Grant.objects.filter(
        team__in=teams, kind=Grant.Kind.CONNECTION, use=Grant.Use.ROWS
    ).select_related("team", "granted_by")
