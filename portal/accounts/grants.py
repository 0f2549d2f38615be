"""What a team may use, asked by the floors above: may they query this, send there, see rows?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet, UUIDField

from portal.accounts.models import Grant, Membership, Team, User
from portal.arrays import TEXTS, InArray
from portal.postgresql.questions import Question

_HELD: Question[tuple[str, str]] = Question(
    lambda team, names: Grant.objects.filter(
        InArray("name", names), team=team, use=Grant.Use.USE
    ).values_list("kind", "name"),
    team=UUIDField(),
    names=TEXTS,
)


def missing(team: Team, things: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of `things` (kind, name) that the team has no grant to use; one query."""
    wanted = list(dict.fromkeys(things))
    held = set(_HELD.rows(team=team.pk, names=[name for _, name in wanted]))
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
