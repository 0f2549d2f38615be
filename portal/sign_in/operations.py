"""Letting a person in by password, and nobody who guesses; choosing another password."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from portal.accounts import access, passwords
from portal.accounts.backend import PasswordBackend
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import NotAllowed, Refused
from portal.second_factor import operations as factors
from portal.second_factor import queries as second_factor
from portal.sessions import operations as sessions
from portal.sign_in import limiting


def prove_password(*, username: str, password: str, address: str, now: datetime) -> User:
    """The person with this name and password, who is not signed in yet.

    Not one transaction: a try must outlive a refusal.
    """
    username = username.replace("\0", "").strip().lower()  # no name has one, nor any question
    if settings.PASSWORDS_FOR == "nobody":
        raise NotAllowed(f"Passwords let nobody in here: sign in with {settings.OIDC_NAME}.")
    limiting.limit(name=username, address=address, now=now)
    user = PasswordBackend().authenticate(None, username=username, password=password)
    if user is None:
        raise NotAllowed("This name and password don't belong together.", field="password")
    if not passwords.let_in(user):
        raise NotAllowed(
            f"Passwords let in the platform role alone: sign in with {settings.OIDC_NAME}."
        )
    return user


def sign_in(*, username: str, password: str, address: str, now: datetime) -> User:
    """The person with this name and password, where that is all that it takes.

    A second factor can't be asked here: whoever has one, or should by now, makes tokens in the
    browser. Until when they should is counted from here, too.
    """
    user = prove_password(username=username, password=password, address=address, now=now)
    factors.begin_grace(user=user, now=now)
    if second_factor.has_any(user) or second_factor.is_overdue(user, now):
        raise NotAllowed(
            "A password alone is not enough for this account: sign in with its second factor in "
            "the browser, and make a token there."
        )
    return welcome(user=user, address=address, now=now)


@transaction.atomic
def welcome(*, user: User, address: str, now: datetime, reason: str = "") -> User:
    """Everything was proven: this person is in, and wrong guesses before are forgiven."""
    limiting.forgive(name=user.username, address=address)
    User.objects.filter(pk=user.pk).update(last_login=now)
    audit.record(
        verb="user.sign_in",
        by=user,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        reason=reason,
    )
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
    if by.pk == user.pk:
        prove_present(user=user, password=current, address=address, now=now)
    return _choose(user, password, by, now)


def prove_present(*, user: User, password: str, address: str, now: datetime) -> None:
    """Refuse whoever does not know their present password, where there is one, or guesses it."""
    if not user.has_usable_password():
        return
    limiting.limit(name=user.username, address=address, now=now)
    if not user.check_password(password):
        raise Refused("That is not your present password.", field="current")
    limiting.forgive(name=user.username, address=address)


@transaction.atomic
def _choose(user: User, password: str, by: User, now: datetime) -> User:
    passwords.choose(user, password)
    user.save(update_fields=["password"])
    sessions.close_all(user=user)
    audit.record(
        verb="user.password", by=by, now=now, kind="user", thing=user.username, thing_id=user.pk
    )
    return user
