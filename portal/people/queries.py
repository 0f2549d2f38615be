"""People as the platform team looks at them: state, teams, when they were here, what they hold."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from portal.accounts import queries as accounts
from portal.accounts.models import Membership, Role, Team, Token, User
from portal.errors import NotFound
from portal.filters import identities

STATES = {
    "active": Q(is_active=True),
    "off": Q(is_active=False),
    "platform": Q(is_platform=True, is_active=True),
    "teamless": Q(is_active=True, is_platform=False),
}
LABELS = {
    "active": "Active",
    "off": "Switched off",
    "platform": "With the platform role",
    "teamless": "In no team",
}


def people(*, now: datetime, words: str = "", state: str = "", team: str = "") -> QuerySet[User]:
    """Those that fit, with `seen_at` and `token_count`; the teams in one query more."""
    rows = accounts.users().annotate(token_count=_tokens(now), seen_at=_seen())
    if words:
        rows = rows.filter(
            Q(username__icontains=words) | Q(full_name__icontains=words) | Q(email__icontains=words)
        )
    if state in STATES:
        rows = rows.filter(STATES[state])
    if state == "teamless":
        rows = rows.exclude(pk__in=Membership.objects.values("user_id"))
    if team:
        members = Membership.objects.filter(team__in=identities(Team.objects.all(), name=team))
        rows = rows.filter(pk__in=members.values("user_id"))
    return rows


def person(*, username: str, now: datetime) -> User:
    """One of them, with the same figures; NotFound, in words, where there is none."""
    found = people(now=now).filter(username=username).first()
    if found is None:
        raise NotFound(f"There is nobody called “{username}”.")
    return found


def alone_in(user: User) -> list[str]:
    """The teams in which nobody else who can sign in is a maintainer."""
    held = Membership.objects.filter(user=user, role=Role.MAINTAINER)
    others = Membership.objects.filter(
        team=OuterRef("team"), role=Role.MAINTAINER, user__is_active=True
    ).exclude(user=user)
    alone = held.filter(~Exists(others)).order_by("team__name")
    return list(alone.values_list("team__name", flat=True))


def _tokens(now: datetime) -> Coalesce:
    """How many tokens of theirs work now."""
    usable = Token.objects.filter(user=OuterRef("pk"), revoked_at=None, expires_at__gt=now)
    counted = usable.order_by().values("user").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _seen() -> Greatest:
    """Signed in, or a program with a token of theirs asked something: whichever was last."""
    used = Token.objects.filter(user=OuterRef("pk")).order_by().values("user")
    return Greatest(F("last_login"), Subquery(used.annotate(at=Max("last_used_at")).values("at")))


def totals() -> dict[str, int]:
    """How many people there are, by state; one query."""
    return User.objects.aggregate(
        **{name: Count("pk", filter=STATES[name]) for name in ("active", "off", "platform")}
    )
