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
from portal.audit.refusals import kept
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
    key = _key(username)
    _limit(username, key, address, now)
    user = PasswordBackend().authenticate(None, username=username, password=password)
    if user is None:
        raise NotAllowed("This name and password don't belong together.", field="password")
    _welcome(user, key, address, now)
    return user


@kept("user.password", "user", "user")
def set_password(
    *, user: User, password: str, by: User, now: datetime, address: str, current: str = ""
) -> User:
    """Choose another password; every session that the old one began ends.

    One's own needs the present one, if there is one, and a wrong one counts like a wrong one at
    sign-in (so this is not one transaction); another person's needs the platform role. A token
    needs the scope for it in any case: whoever finds one that may read shall not sign in by it.
    """
    access.require(by, "user.password" if by.pk == user.pk else "user.change")
    if by.pk == user.pk and user.has_usable_password():
        _prove(user, current, address, now)
    return _choose(user, password, by, now)


def _prove(user: User, current: str, address: str, now: datetime) -> None:
    """Refuse whoever does not know the present password, and who guesses it."""
    key = _key(user.username)
    _limit(user.username, key, address, now)
    if not user.check_password(current):
        raise Refused("That is not your present password.", field="current")
    SignInTry.objects.filter(key=key, address=address).delete()


@transaction.atomic
def _choose(user: User, password: str, by: User, now: datetime) -> User:
    passwords.choose(user, password)
    user.save(update_fields=["password"])
    audit.record(
        verb="user.password", by=by, now=now, kind="user", thing=user.username, thing_id=user.pk
    )
    return user


def _key(username: str) -> str:
    return salted_hmac("slipway.sign-in", username, algorithm="sha256").hexdigest()


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
