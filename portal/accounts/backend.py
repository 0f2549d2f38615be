"""Is this the person's password?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.http import HttpRequest

from portal.accounts.models import User
from portal.postgresql.questions import Question

_ACTIVE = Question(lambda user: User.objects.filter(pk=user, is_active=True), user=UUIDField())


class PasswordBackend:
    """Checks a password; takes as long for a name that does not exist as for one that does."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(username=username.lower()).first()
        if user is None:
            User().set_password(password)  # the work of a check, so that time tells nothing
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: UUID | str) -> User | None:
        return _ACTIVE.first(user=user_id)
