"""Choosing a password: long enough, not a common one; and whom passwords let in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts.models import User
from portal.errors import Refused


def let_in(user: User) -> bool:
    """Whether a right password lets this person in: they have one, and this installation takes it.

    By SLIPWAY_PASSWORDS_FOR: `everyone`, `platform` alone, or `nobody`.
    """
    rule = settings.PASSWORDS_FOR
    is_taken = rule == "everyone" or (rule == "platform" and user.is_platform)
    return is_taken and user.has_usable_password()


def choose(user: User, password: str | None) -> None:
    """Give `user` this password, unsaved; None: nobody can sign in by password."""
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from None
    user.set_password(password)
