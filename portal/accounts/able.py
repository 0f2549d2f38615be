"""Who may do a thing, by name: one answer for a refusal and for what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.accounts.models import Membership, Role, Team, User

NAMED = 3  # of either kind, in a sentence
MOST = 20
PLATFORM = "Someone with the platform role can."


def people(team: Team | UUID, roles: Collection[Role]) -> QuerySet[User]:
    """Those who hold one of these roles in the team, then the platform's people; by name."""
    members = Membership.objects.filter(team=team, role__in=roles)
    return User.objects.filter(
        Q(pk__in=members.values("user_id")) | Q(is_platform=True), is_active=True
    ).order_by("is_platform", "full_name", "id")


def sentence(team: Team, roles: Collection[Role]) -> str:
    """Some of them in words; one query."""
    if team.is_nobody:
        return "Nobody answers for it yet: a maintainer claims it for their team first."
    found = list(people(team, roles).values_list("full_name", "is_platform")[:MOST])
    members = [name for name, is_platform in found if not is_platform][:NAMED]
    others = ", ".join([name for name, is_platform in found if is_platform][:NAMED])
    if members:
        also = f"; so can {others} of the platform" if others else ""
        return f"{', '.join(members)} of {team.name} can{also}."
    who = f"{others} of the platform" if others else "someone with the platform role"
    return f"Nobody in {team.name} can, but {who} can."
