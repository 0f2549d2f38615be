"""Questions about feedback: everyone reads their own, the platform team reads all of it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from portal.accounts import access
from portal.accounts.models import User
from portal.errors import NotFound
from portal.feedback.models import Feedback


def feedback(
    user: User, *, is_open: bool | None = None, thumb: str = "", page: str = ""
) -> QuerySet[Feedback]:
    """What this person may read, with who gave it and who answered."""
    rows = Feedback.objects.select_related("author", "handled_by")
    if not access.may(user, "feedback.handle"):
        rows = rows.filter(author=user)
    if is_open is not None:
        rows = rows.filter(handled_at__isnull=is_open)
    if thumb:
        rows = rows.filter(thumb=thumb)
    return rows.filter(page=page) if page else rows


def one(user: User, pk: UUID) -> Feedback:
    found = feedback(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such feedback.")
    return found
