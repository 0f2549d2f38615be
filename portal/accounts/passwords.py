"""Choosing a password: long enough, not a common one."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts.models import User
from portal.errors import Refused


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
