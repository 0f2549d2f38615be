"""Changing people and teams after they were made: what they are called, who runs the platform."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.accounts import access, findable
from portal.accounts.models import Team, Token, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.names import in_one_line
from portal.search import operations as search
from portal.second_factor.models import Grace
from portal.seen import ANYTHING, Seen
from portal.sessions import operations as sessions


@kept("user.change", "user", "user")
@transaction.atomic
def change_user(
    *,
    user: User,
    by: User,
    now: datetime,
    reason: str = "",
    seen: Seen = ANYTHING,
    **given: Any,
) -> User:
    """Another `full_name`, another `email`, `is_platform` given or taken: as far as given.

    The last person with the platform role keeps it. What a person gives or takes here is no longer
    a group's of the identity provider, which gives it again at the next sign-in where it still can.
    """
    access.require(by, "user.change")
    current = _alone(user)
    before = facts_of_user(current)
    seen.require(before, current.full_name)
    after = {**before, **given}
    after["full_name"] = in_one_line(after["full_name"]) or current.username
    after["email"] = after["email"].strip()
    different = [name for name in before if after[name] != before[name]]
    if not different:
        return current
    if "is_platform" in different:
        if before["is_platform"]:
            _keep_someone(current)
        current.is_platform_by_group = False
        Grace.objects.filter(user=current).delete()  # it begins when a second factor is wanted
    for name in different:
        setattr(current, name, after[name])
    current.save(update_fields=[*different, "is_platform_by_group"])
    _record(
        current,
        by,
        now,
        reason=reason.strip(),
        before={name: before[name] for name in different},
        after={name: after[name] for name in different},
    )
    if current.is_active:
        search.put(findable.person(current))
    return current


def facts_of_user(user: User) -> dict[str, Any]:
    """What people may change of a person, as it is now."""
    return {name: getattr(user, name) for name in ("full_name", "email", "is_platform")}


@kept("user.change", "user", "user")
@transaction.atomic
def set_active(*, user: User, is_active: bool, by: User, now: datetime, reason: str = "") -> User:
    """Let a person in again, or out: then sessions and tokens end at once, and for good."""
    access.require(by, "user.change")
    if user.pk == by.pk and not is_active:
        raise Refused("You can't switch yourself off: ask another person with the platform role.")
    current = _alone(user)
    if current.is_active == is_active:
        raise Moved(f"{user.full_name} is already switched {'on' if is_active else 'off'}.")
    if current.is_platform and not is_active:
        _keep_someone(current)
    user.is_active = current.is_active = is_active
    current.save(update_fields=["is_active"])
    before, after = {"is_active": not is_active}, {"is_active": is_active}
    _record(current, by, now, reason=reason.strip(), before=before, after=after)
    if is_active:
        search.put(findable.person(current))
    else:
        search.remove(kind="person", name=user.username)
        sessions.close_all(user=user)
        Token.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    return user


@kept("team.change", "team", "team")
@transaction.atomic
def change_team(
    *, team: Team, by: User, now: datetime, seen: Seen = ANYTHING, **given: str
) -> Team:
    """Call a team otherwise, or say anew what it does: `title`, `description`, as far as given."""
    access.require(by, "team.change", team)
    current = Team.objects.select_for_update().get(pk=team.pk)
    before = facts_of_team(current)
    seen.require(before, current.name)
    after = {**before, **{name: value.strip() for name, value in given.items()}}
    after["title"] = in_one_line(after["title"]) or current.name
    if after == before:
        return current
    current.title, current.description = after["title"], after["description"]
    current.save(update_fields=["title", "description"])
    audit.record(
        verb="team.change",
        by=by,
        now=now,
        kind="team",
        thing=current.name,
        thing_id=current.pk,
        team=current.name,
        before=before,
        after=after,
    )
    search.put(findable.team(current))
    return current


def facts_of_team(team: Team) -> dict[str, str]:
    """What people may change of a team, as it is now."""
    return {"title": team.title, "description": team.description}


def _alone(user: User) -> User:
    """The row, locked, after those of all who run the platform: two of them can't let each other
    out at once."""
    whoever = Q(is_platform=True) | Q(pk=user.pk)
    rows = User.objects.select_for_update().filter(whoever).order_by("pk")
    return next(row for row in rows if row.pk == user.pk)


def _keep_someone(user: User) -> None:
    others = User.objects.filter(is_platform=True, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise Refused(
            f"{user.full_name} is the last person with the platform role: give it to someone else "
            "first.",
            field="is_platform",
        )


def _record(user: User, by: User, now: datetime, *, reason: str, before: Any, after: Any) -> None:
    audit.record(
        verb="user.change",
        by=by,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        reason=reason,
        before=before,
        after=after,
    )
