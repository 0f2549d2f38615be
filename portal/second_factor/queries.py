"""Questions about second factors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.errors import NotFound
from portal.second_factor.models import Factor, Grace, RecoveryCode


def factors_of(user: User) -> QuerySet[Factor]:
    """What somebody has besides a password, in the order it was added."""
    return Factor.objects.filter(user=user).order_by("pk")


def factor_of(user: User, pk: UUID) -> Factor:
    """One of this person's factors; those of others do not exist for them."""
    found = Factor.objects.select_related("user").filter(user=user, pk=pk).first()
    if found is None:
        raise NotFound("You have no such second factor.")
    return found


def has_any(user: User) -> bool:
    """Whether a password alone does not let this person in."""
    return Factor.objects.filter(user=user).exists()


def credentials(user: User) -> list[bytes]:
    """The keys that may sign for this person."""
    rows = Factor.objects.filter(user=user, kind=Factor.Kind.KEY).order_by("pk")
    return [bytes(row) for row in rows.values_list("credential", flat=True) if row]


def codes_left(user: User) -> int:
    """How many recovery codes still count."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def is_required(user: User) -> bool:
    """Whether this installation wants more than a password of this person."""
    rule = settings.REQUIRE_MFA
    return bool(rule == "everyone" or (rule == "platform" and user.is_platform))


def deadline(user: User) -> datetime | None:
    """Until when a password is enough although more is wanted; None where nothing is wanted."""
    if not is_required(user) or has_any(user):
        return None
    grace = Grace.objects.filter(user=user).first()
    return grace.began_at + settings.MFA_GRACE if grace else None


def is_overdue(user: User, now: datetime) -> bool:
    """Whether the time in which a password was enough is over."""
    until = deadline(user)
    if until is None:
        return is_required(user) and not settings.MFA_GRACE and not has_any(user)
    return until <= now


def has_app(user: User) -> bool:
    """Whether an app shows codes for this person."""
    return Factor.objects.filter(user=user, kind=Factor.Kind.APP).exists()
