"""Where people are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from portal.accounts.models import User
from portal.ids import uuid7

if TYPE_CHECKING:
    from uuid import UUID


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self, now: datetime, used_since: datetime) -> SessionQuerySet:
        return self.filter(expires_at__gt=now, seen_at__gt=used_since)


class Session(models.Model):
    """A browser's session; `user` is empty until somebody signs in there.

    Its key is kept as a digest: whoever reads a copy of this table is signed in nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    data = models.TextField()  # signed
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, db_index=False, related_name="sessions"
    )
    browser = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    if TYPE_CHECKING:
        user_id: UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["user", "-seen_at"], name="session_by_user"),
            models.Index(fields=["expires_at"], name="session_by_end"),
            models.Index(fields=["seen_at"], name="session_by_use"),
        ]

    def __str__(self) -> str:
        return self.browser or "A browser"
