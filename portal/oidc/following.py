"""Memberships and the platform role that follow the groups of an identity provider."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from portal.accounts.models import Membership, Team, User
from portal.audit import operations as audit
from portal.oidc.groups import Wanted

GROUP = Membership.Source.GROUP


@transaction.atomic
def follow(*, user: User, wanted: Wanted, now: datetime) -> None:
    """Give what the groups give, and take what they gave before and no longer do.

    What a person gave stays as it is, whatever the groups say. Groups may take the last maintainer
    of a team: who belongs where is then decided outside, and the platform role can name another.
    """
    held = _held(user, wanted)
    for team in Team.objects.filter(name__in=wanted.teams).order_by("name"):
        role, group = wanted.teams[team.name]
        _give(user, team, held.pop(team.name, None), role, group, now)
    for membership in held.values():
        if membership.source == GROUP:
            _record(membership, now, f"no group of {settings.OIDC_NAME} gives it any more", None)
            membership.delete()
    _follow_platform(user, wanted.platform, now)


def _held(user: User, wanted: Wanted) -> dict[str, Membership]:
    """By team. The teams are locked in one order, as `set_member` locks them."""
    rows = Membership.objects.filter(user=user).select_related("team", "user")
    names = {*wanted.teams, *rows.values_list("team__name", flat=True)}
    list(Team.objects.select_for_update().filter(name__in=names).order_by("name"))
    return {row.team.name: row for row in rows.all()}


def _give(
    user: User, team: Team, held: Membership | None, role: str, group: str, now: datetime
) -> None:
    why = f"group “{group}” of {settings.OIDC_NAME}"
    if held is None:
        held = Membership(user=user, team=team, role="", source=GROUP, created_at=now)
    if held.source != GROUP or held.role == role:
        return
    _record(held, now, why, role)
    held.role = role
    held.save()


def _follow_platform(user: User, group: str, now: datetime) -> None:
    gives = bool(group) and not user.is_platform
    takes = not group and user.is_platform_by_group
    if not (gives or takes):
        return
    why = f"group “{group}” of" if gives else "no group gives it any more:"
    audit.record(
        verb="user.change",
        by=None,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        reason=f"{why} {settings.OIDC_NAME}",
        before={"is_platform": user.is_platform},
        after={"is_platform": gives},
    )
    user.is_platform = user.is_platform_by_group = gives
    user.save(update_fields=["is_platform", "is_platform_by_group"])


def _record(membership: Membership, now: datetime, reason: str, role: str | None) -> None:
    username = membership.user.username
    audit.record(
        verb="team.members",
        by=None,
        now=now,
        kind="team",
        thing=membership.team.name,
        thing_id=membership.team.pk,
        team=membership.team.name,
        reason=reason,
        before={"user": username, "role": membership.role or None},
        after={"user": username, "role": role},
    )
