"""Questions about people, teams, grants and tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Prefetch,
    QuerySet,
    UUIDField,
    prefetch_related_objects,
)

from portal.accounts import tokens
from portal.accounts.models import Grant, Membership, Team, Token, User
from portal.errors import NotFound
from portal.postgresql.questions import Question

MOST_OFFERED = 300


_USABLE = Question(
    lambda digest, now: Token.objects.usable(now).select_related("user").filter(digest=digest),
    digest=CharField(),
    now=DateTimeField(),
)


def token(secret: str, now: datetime) -> Token | None:
    """The usable token with this secret, with its person; one query, by its digest."""
    if not tokens.is_token(secret):
        return None
    return _USABLE.first(digest=tokens.digest(secret), now=now)


_ROLES: Question[tuple[UUID, str]] = Question(
    lambda user: Membership.objects.filter(user=user).values_list("team_id", "role"),
    user=UUIDField(),
)


def roles(user: User) -> dict[UUID, str]:
    """The role that the person has in each of their teams."""
    return dict(_ROLES.rows(user=user.pk))


def tokens_of(user: User) -> QuerySet[Token]:
    """A person's tokens, also revoked and expired ones; never their secrets."""
    return Token.objects.filter(user=user)


def users() -> QuerySet[User]:
    """People, with their teams."""
    return User.objects.prefetch_related(_with_teams())


def user_with_teams(user: User) -> User:
    """The same person, with the teams read in one query."""
    prefetch_related_objects([user], _with_teams())
    return user


def _with_teams() -> Prefetch:
    return Prefetch("memberships", Membership.objects.select_related("team").order_by("team__name"))


def teams() -> QuerySet[Team]:
    """Teams with the number of their members and components."""
    return Team.objects.annotate(
        member_count=Count("memberships", distinct=True),
        component_count=Count("components", distinct=True),
    )


def person(username: str) -> User:
    """The person of this name, with their teams; NotFound, in words, where there is none."""
    found = users().filter(username=username).first()
    if found is None:
        raise NotFound(f"There is nobody called “{username}”.")
    return found


def platform_people(most: int = 3) -> list[User]:
    """Some of those who can make teams and name their first maintainers."""
    return list(
        User.objects.filter(is_platform=True, is_active=True).order_by("full_name", "pk")[:most]
    )


def members(team: Team) -> QuerySet[Membership]:
    """Who is in a team, by name."""
    return (
        Membership.objects.filter(team=team)
        .select_related("user", "team")
        .order_by("user__full_name", "id")
    )


def membership(team: Team, username: str) -> Membership:
    """Somebody's place in a team; NotFound, in words, where they have none."""
    found = members(team).filter(user__username=username).first()
    if found is None:
        raise NotFound(f"“{username}” is not a member of {team.name}.")
    return found


def offered_to(team: Team) -> QuerySet[User]:
    """Who could come into a team: some names to choose from; others are typed."""
    held = Membership.objects.filter(team=team).values("user")
    others = User.objects.filter(is_active=True).exclude(pk__in=held)
    return others.order_by("full_name", "pk")[:MOST_OFFERED]


def teams_of(user: User) -> QuerySet[Membership]:
    """The teams of a person, with the role in each."""
    return Membership.objects.filter(user=user).select_related("team").order_by("team__name")


def grants(
    *, team: Team | None = None, kind: str = "", name: str = "", use: str = ""
) -> QuerySet[Grant]:
    """What teams may use; each argument that is given narrows it down."""
    given = {"team": team, "kind": kind, "name": name, "use": use}
    return Grant.objects.select_related("team", "granted_by").filter(
        **{key: value for key, value in given.items() if value}
    )


def grant(pk: UUID) -> Grant:
    """One of them; NotFound, in words, where it was taken back."""
    found = grants().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such grant: it may have been taken back.")
    return found


def is_nobody(name: str) -> bool:
    """Whether this is the team without anyone, under which unowned components stand."""
    return Team.nobodys.filter(name=name, is_nobody=True).exists()


def team(name: str) -> Team:
    """The team of this name; NotFound, in words, where there is none."""
    found = Team.objects.filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no team called “{name}”.")
    return found


def token_of(user: User, pk: UUID) -> Token:
    """One of this person's tokens; those of others do not exist for them."""
    found = tokens_of(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("You have no such token.")
    return found
