"""People as the platform team looks at them: state, teams, when they were here, what they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from portal.accounts import queries as accounts
from portal.accounts.models import Grant, Membership, Role, Team, Token, User
from portal.errors import NotFound
from portal.files import tables
from portal.filters import identities
from portal.people import lines
from portal.people.models import AccessReview
from portal.second_factor.models import Factor
from portal.sessions.models import Session

UNUSED = timedelta(days=90)  # as long as auditors usually leave between two reviews
BATCH = 500
STATES = {
    "active": Q(is_active=True),
    "off": Q(is_active=False),
    "platform": Q(is_platform=True, is_active=True),
}
LABELS = {
    "active": "Active",
    "off": "Switched off",
    "platform": "With the platform role",
    "teamless": "In no team",
    "unseen": f"Not seen for {UNUSED.days} days",
    "unused": f"With a token unused for {UNUSED.days} days",
    "password": "With a password alone",
}


def people(*, now: datetime, words: str = "", state: str = "", team: str = "") -> QuerySet[User]:
    """Those that fit, with `seen_at` and `token_count`; the teams in one query more."""
    rows = accounts.users().annotate(token_count=_tokens(now), seen_at=_seen())
    if words:
        rows = rows.filter(
            Q(username__icontains=words) | Q(full_name__icontains=words) | Q(email__icontains=words)
        )
    if state in LABELS:
        rows = rows.filter(_state(state, now))
    if team:
        members = Membership.objects.filter(team__in=identities(Team.objects.all(), name=team))
        rows = rows.filter(pk__in=members.values("user_id"))
    return rows


def _state(name: str, now: datetime) -> Q:
    """As a condition on `people`; what gives no access any more is none to ask about."""
    if name in STATES:
        return STATES[name]
    if name == "teamless":
        is_in_one = Exists(Membership.objects.filter(user=OuterRef("pk")))
        return Q(~is_in_one, is_active=True, is_platform=False)
    long_ago = now - UNUSED
    if name == "unseen":
        is_unseen = Q(seen_at__lt=long_ago) | Q(seen_at=None, created_at__lt=long_ago)
        return Q(is_active=True) & is_unseen
    if name == "unused":
        tokens = Token.objects.usable(now).filter(user=OuterRef("pk"), created_at__lt=long_ago)
        is_unused = Q(last_used_at__lt=long_ago) | Q(last_used_at=None)
        return Q(Exists(tokens.filter(is_unused)), is_active=True)
    has_password = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return Q(has_password, ~Exists(_factors()), is_active=True)


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
    """Signed in, a session of theirs went on, or a program asked something: whichever was last."""
    used = Token.objects.filter(user=OuterRef("pk")).order_by().values("user")
    sessions = Session.objects.filter(user=OuterRef("pk")).order_by("-seen_at")
    return Greatest(
        F("last_login"),
        Subquery(used.annotate(at=Max("last_used_at")).values("at")),
        Subquery(sessions.values("seen_at")[:1]),
    )


def _factors() -> QuerySet[Factor]:
    return Factor.objects.filter(user=OuterRef("pk"))


def access(form: str, *, now: datetime) -> Iterator[str]:
    """The lines of a file of who has access to what: people by name, then what teams may use."""
    return tables.lines(_access(now), lines.HEAD, form)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a signature stands under: the SHA-256 of the lines, and how many there are by kind."""

    digest: str
    counts: dict[str, int]


def reviewed(*, now: datetime) -> Reviewed:
    """Of the file's JSON lines without when access was used, which changes while one reviews."""
    hashed, counts = sha256(), Counter[str]()
    head = [name for name in lines.HEAD if name not in lines.USE]

    def counted() -> Iterator[dict[str, Any]]:
        for line in _access(now):
            counts[line["kind"]] += 1
            yield line

    for line in tables.lines(counted(), head, "jsonl"):
        hashed.update(line.encode())
    return Reviewed(hashed.hexdigest(), dict(counts))


def reviews() -> QuerySet[AccessReview]:
    """All that were signed, with who signed."""
    return AccessReview.objects.select_related("signed_by")


def last_review() -> AccessReview | None:
    """The newest one."""
    return reviews().order_by("-pk").first()


def _access(now: datetime) -> Iterator[dict[str, Any]]:
    tokens = Prefetch("tokens", Token.objects.usable(now).order_by("pk"))
    rows = people(now=now).annotate(has_factor=Exists(_factors())).prefetch_related(tokens)
    for person in _batches(rows, "username"):
        yield from lines.of_person(person)
    for grant in _batches(Grant.objects.select_related("team", "granted_by"), "pk"):
        yield lines.of_grant(grant)


def _batches(rows: QuerySet[Any], by: str) -> Iterator[Any]:
    """All of them, a batch at a time: no cursor is held."""
    rows, last = rows.order_by(by), None
    while batch := list((rows.filter(**{f"{by}__gt": last}) if last else rows)[:BATCH]):
        yield from batch
        last = getattr(batch[-1], by)


def totals() -> dict[str, int]:
    """How many people there are, by state; one query."""
    return User.objects.aggregate(
        **{name: Count("pk", filter=STATES[name]) for name in ("active", "off", "platform")}
    )
