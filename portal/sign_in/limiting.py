"""Counting wrong guesses, so that nobody can guess on: of passwords, and of second factors."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.utils.crypto import salted_hmac

from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Refused
from portal.sign_in import tries
from portal.sign_in.models import SignInTry


class TooMany(Refused):
    """Wrong guesses beyond the limit: even the right one is not looked at for a while."""

    status = 429
    kind = "too-many"


def limit(*, name: str, address: str, now: datetime, what: str = "passwords") -> None:
    """Count a guess at what `name` knows, from this address; TooMany beyond the limit.

    It is counted before it is looked at, so guesses at the same time can't slip through between
    counting and writing; and outside of a transaction that a refusal undoes.
    """
    key = _key(name)
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
        f"Too many wrong {what}{' from here' if what == 'passwords' else ''}: wait {minutes} "
        "minutes, then try again. Someone with the platform role can help.",
        field="password",
    )
    if counted.just_became_too_many:
        _record_lock_out(refused, name, now)
    raise refused


def limit_begins(*, address: str, now: datetime) -> None:
    """Count a way to the identity provider that begins at this address; TooMany beyond the limit.

    Whoever arrives takes all of the address back, so that a house full of people is no crowd. They
    are no guesses: passwords from there are counted apart from them.
    """
    place = _begins(address)
    SignInTry.objects.filter(at__lt=now - tries.KEPT).delete()
    SignInTry.objects.create(key=_key(place), address=place, at=now)
    if SignInTry.objects.filter(address=place, at__gt=now - tries.WINDOW).count() > tries.BEGINS:
        minutes = int(tries.WINDOW.total_seconds() // 60)
        raise TooMany(
            "Too many sign-ins were begun from here, and none came back: wait "
            f"{minutes} minutes, then try again."
        )


def forgive_begins(*, address: str) -> None:
    """Somebody came back from the provider to this address, and was let in."""
    SignInTry.objects.filter(address=_begins(address)).delete()


def _begins(address: str) -> str:
    return f"ways from {address}"


def forgive(*, name: str, address: str) -> None:
    """The guess was right: what came before it no longer counts."""
    SignInTry.objects.filter(key=_key(name), address=address).delete()


def _key(name: str) -> str:
    return salted_hmac("slipway.sign-in", name, algorithm="sha256").hexdigest()


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
