"""Letting a person in by password, and nobody who guesses; choosing another password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.crypto import salted_hmac

from portal.accounts import access, passwords
from portal.accounts.backend import PasswordBackend
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import NotAllowed, Refused
from portal.sign_in import tries
from portal.sign_in.models import SignInTry


class TooMany(Refused):
    """Wrong passwords beyond the limit: even the right one is not looked at for a while."""

    status = 429
    kind = "too-many"


def sign_in(*, username: str, password: str, address: str, now: datetime) -> User:
    """The person with this name and password. Not one transaction: a try must outlive a refusal.

    The try is counted before the password is looked at, so tries at the same time can't slip
    through between counting and writing.
    """
    username = username.strip().lower()
    key = salted_hmac("slipway.sign-in", username, algorithm="sha256").hexdigest()
    _limit(username, key, address, now)
    user = PasswordBackend().authenticate(None, username=username, password=password)
    if user is None:
        raise NotAllowed("This name and password don't belong together.", field="password")
    _welcome(user, key, address, now)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: User, now: datetime, current: str = "") -> User:
    """Choose another password; every session that the old one began ends.

    One's own needs the present one, if there is one; another person's needs the platform role.
    """
    if by.pk != user.pk:
        access.require(by, "user.change")
    elif user.has_usable_password() and not user.check_password(current):
        raise Refused("That is not your present password.", field="current")
    passwords.choose(user, password)
    user.save(update_fields=["password"])
    audit.record(
        verb="user.password", by=by, now=now, kind="user", thing=user.username, thing_id=user.pk
    )
    return user


def _limit(username: str, key: str, address: str, now: datetime) -> None:
    SignInTry.objects.filter(at__lt=now - tries.KEPT).delete()
    SignInTry.objects.create(key=key, address=address, at=now)
    counted = tries.Tries(
        **SignInTry.objects.filter(address=address, at__gt=now - tries.WINDOW).aggregate(
            for_name=Count("id", filter=Q(key=key)), in_all=Count("id")
        )
    )
    if not counted.are_too_many:
        return
    minutes = int(tries.WINDOW.total_seconds() // 60)
    refused = TooMany(
        f"Too many wrong passwords from here: wait {minutes} minutes, then try again. "
        "Someone with the platform role can help.",
        field="password",
    )
    if counted.just_became_too_many:
        _record_lock_out(refused, username, now)
    raise refused


def _record_lock_out(refused: Refused, username: str, now: datetime) -> None:
    """Only for names that exist: what else is typed there may be a secret."""
    user = User.objects.filter(username=username).first()
    if user:
        audit.record_refusal(
            refused=refused,
            verb="user.sign_in",
            by=None,
            now=now,
            kind="user",
            thing=username,
            thing_id=user.pk,
        )


@transaction.atomic
def _welcome(user: User, key: str, address: str, now: datetime) -> None:
    SignInTry.objects.filter(key=key, address=address).delete()
    User.objects.filter(pk=user.pk).update(last_login=now)
    audit.record(
        verb="user.sign_in", by=user, now=now, kind="user", thing=user.username, thing_id=user.pk
    )
