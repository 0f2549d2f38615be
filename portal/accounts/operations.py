"""Changing people, teams and what teams may use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from portal.accounts import access, findable, passwords, telling, tokens
from portal.accounts.models import Grant, Membership, Role, Scope, Team, Token, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, NotAllowed, Refused
from portal.names import SLUG_HINT, in_one_line, is_slug
from portal.search import operations as search

USUAL_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)
LAST_USED_EVERY = timedelta(minutes=1)


@kept("user.create", "user", "username")
@transaction.atomic
def create_user(
    *,
    username: str,
    full_name: str,
    email: str,
    password: str | None,
    is_platform: bool,
    by: User | None,
    now: datetime,
) -> User:
    """Let a person in. Without a password they can't sign in until one is set."""
    if by:
        access.require(by, "user.create")
    username = username.lower()
    _check_name(username, field="username")
    user = User(
        username=username,
        full_name=in_one_line(full_name) or username,
        email=email,
        is_platform=is_platform,
        created_at=now,
    )
    passwords.choose(user, password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"There is already a person called {username}.", field="username") from None
    audit.record(
        verb="user.create",
        by=by,
        now=now,
        kind="user",
        thing=username,
        thing_id=user.pk,
        after={"full_name": user.full_name, "is_platform": is_platform},
    )
    search.put(findable.person(user))
    return user


@kept("team.create", "team", "name")
@transaction.atomic
def create_team(*, name: str, title: str, description: str, by: User, now: datetime) -> Team:
    """Add a team, still without members."""
    access.require(by, "team.create")
    _check_name(name, field="name")
    try:
        with transaction.atomic():
            team = Team.objects.create(
                name=name, title=in_one_line(title) or name, description=description, created_at=now
            )
    except IntegrityError:
        raise Refused(f"There is already a team called {name}.", field="name") from None
    audit.record(
        verb="team.create",
        by=by,
        now=now,
        kind="team",
        thing=name,
        thing_id=team.pk,
        team=name,
        after={"title": team.title},
    )
    search.put(findable.team(team))
    return team


@kept("team.members", "team", "team")
@transaction.atomic
def set_member(*, team: Team, user: User, role: str, by: User, now: datetime) -> Membership:
    """Make `user` a member of the team, or give another role there."""
    access.require(by, "team.members", team)
    if role not in Role.values:
        raise Refused(f"A role is one of {', '.join(Role.values)}.", field="role")
    held = _membership(team, user)
    if held and (held.role, held.source) == (role, Membership.Source.PERSON):
        return held
    if held and role != Role.MAINTAINER:
        _keep_a_maintainer(held, by)
    member, _ = Membership.objects.update_or_create(
        team=team,
        user=user,
        defaults={"role": role, "source": Membership.Source.PERSON},
        create_defaults={"role": role, "created_at": now},
    )
    _record_member(member, by, now, before=held.role if held else None, after=role)
    return member


@kept("team.members", "team", "team")
@transaction.atomic
def remove_member(*, team: Team, user: User, by: User, now: datetime) -> None:
    """Take a person out of a team."""
    access.require(by, "team.members", team)
    held = _membership(team, user)
    if held is None:
        raise Moved(f"{user.full_name} is not a member of {team.name}.", field="user")
    _keep_a_maintainer(held, by)
    _record_member(held, by, now, before=held.role, after=None)
    held.delete()


@kept("token.create", "token", "name")
@transaction.atomic
def issue_token(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
    by: User | None,
    now: datetime,
) -> tuple[Token, str]:
    """Make a key for a program of `user`; the secret is returned once and never kept.

    Nobody makes keys for another person, not even the platform role: two people's approval would
    be one person's. A token can pass on no more than the scopes that it has itself.
    """
    if by:
        access.require(by, "token.create")
        if by.pk != user.pk:
            raise NotAllowed(f"A token acts as its owner: only {user.full_name} can create it.")
    scopes = list(dict.fromkeys(scopes))
    _check_scopes(scopes, by)
    secret = tokens.make()
    token = Token.objects.create(
        user=user,
        name=in_one_line(name) or "token",
        digest=tokens.digest(secret),
        hint=tokens.hint(secret),
        scopes=scopes,
        created_at=now,
        expires_at=_expiry(expires_at, now),
    )
    _record_token("token.create", token, by, now)
    return token, secret


@transaction.atomic
def revoke_token(*, token: Token, by: User, now: datetime) -> Token:
    """End a token now. Its owner may, and the platform role."""
    access.require(by, "token.revoke")
    if by.pk != token.user_id and not by.is_platform:
        raise NotAllowed(
            f"This token belongs to {token.user.full_name}, who can revoke it, "
            "as can someone with the platform role."
        )
    if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        raise Moved(f"The token “{token.name}” is already revoked.")
    token.revoked_at = now
    _record_token("token.revoke", token, by, now)
    return token


def note_use(*, token: Token, now: datetime) -> None:
    """Remember when a token was last used, to the minute: a write for each request is too dear."""
    before = now - LAST_USED_EVERY
    if token.last_used_at is None or token.last_used_at <= before:
        Token.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lte=before), pk=token.pk
        ).update(last_used_at=now)


@kept("grant.give", "grant", "name")
@transaction.atomic
def give_grant(
    *,
    team: Team,
    kind: str,
    name: str,
    use: str,
    owner: Team,
    by: User,
    now: datetime,
    reason: str = "",
) -> Grant:
    """Let `team` use a connection, client or destination, or see rows; `owner` answers for it."""
    access.require(by, "grant.give", owner)
    if use == Grant.Use.ROWS and kind != Grant.Kind.CONNECTION:
        raise Refused(f"Rows come from connections; {name} is a {kind}.", field="use")
    grant, is_new = Grant.objects.get_or_create(
        team=team,
        kind=kind,
        name=name,
        use=use,
        defaults={"granted_by": by, "granted_at": now, "reason": reason},
    )
    if not is_new:
        raise Moved(f"{team.name} already has this grant on {name}.", field="name")
    _record_grant("grant.give", grant, by, now, reason=reason)
    telling.grant_given(grant, by, now)
    return grant


@kept("grant.take", "grant", "grant")
@transaction.atomic
def take_grant(*, grant: Grant, owner: Team, by: User, now: datetime, reason: str = "") -> None:
    """Take back what was given; runs that need it are refused from now on."""
    access.require(by, "grant.take", owner)
    if not Grant.objects.filter(pk=grant.pk).delete()[0]:
        raise Moved(f"{grant.team.name} no longer has this grant on {grant.name}.")
    _record_grant("grant.take", grant, by, now, reason=reason)


def _check_name(name: str, *, field: str) -> None:
    if not is_slug(name):
        raise Refused(f"“{name}” can't be a name: use {SLUG_HINT}.", field=field)


def _check_scopes(scopes: Sequence[str], by: User | None) -> None:
    if not scopes or set(scopes) - set(Scope.values):
        raise Refused(f"Give some of these scopes: {', '.join(Scope.values)}.", field="scopes")
    if by and by.token and (more := set(scopes) - set(by.token.scopes)):
        raise NotAllowed(
            f"This token has no scope “{min(more)}” to pass on: sign in to create such a token.",
            field="scopes",
        )


def _expiry(wanted: datetime | None, now: datetime) -> datetime:
    if wanted is None:
        return now + USUAL_LIFE
    if not now < wanted <= now + LONGEST_LIFE:
        raise Refused(
            f"A token lives at most {LONGEST_LIFE.days} days, so it ends between now and "
            f"{now + LONGEST_LIFE:%Y-%m-%d}.",
            field="expires_at",
        )
    return wanted


def _membership(team: Team, user: User) -> Membership | None:
    """The team's row is locked, so that two maintainers can't remove each other at once."""
    Team.objects.select_for_update().get(pk=team.pk)
    return Membership.objects.select_related("user", "team").filter(team=team, user=user).first()


def _keep_a_maintainer(held: Membership, by: User) -> None:
    if held.role != Role.MAINTAINER or by.is_platform:
        return
    others = Membership.objects.filter(team=held.team, role=Role.MAINTAINER).exclude(pk=held.pk)
    if not others.exists():
        raise Refused(
            f"{held.user.full_name} is the last maintainer of {held.team.name}: "
            "make someone else a maintainer first.",
            field="role",
        )


def _record_member(
    member: Membership, by: User, now: datetime, *, before: str | None, after: str | None
) -> None:
    audit.record(
        verb="team.members",
        by=by,
        now=now,
        kind="team",
        thing=member.team.name,
        thing_id=member.team.pk,
        team=member.team.name,
        before={"user": member.user.username, "role": before},
        after={"user": member.user.username, "role": after},
    )


def _record_token(verb: str, token: Token, by: User | None, now: datetime) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="token",
        thing=f"{token.user.username}: {token.name}",
        thing_id=token.pk,
        after={"scopes": token.scopes, "expires_at": token.expires_at.isoformat()},
    )


def _record_grant(verb: str, grant: Grant, by: User, now: datetime, *, reason: str) -> None:
    terms = {"team": grant.team.name, "kind": grant.kind, "name": grant.name, "use": grant.use}
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="grant",
        thing=f"{grant.team.name}: {grant.use} {grant.kind} {grant.name}",
        thing_id=grant.pk,
        team=grant.team.name,
        reason=reason,
        before=None if verb == "grant.give" else terms,
        after=terms if verb == "grant.give" else None,
    )
