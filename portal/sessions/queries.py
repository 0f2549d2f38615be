"""Questions about where people are signed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.errors import NotFound
from portal.sessions.models import Session


def sessions_of(user: User, now: datetime) -> QuerySet[Session]:
    """Where a person is signed in, the last used first."""
    return (
        Session.objects.alive(now, now - settings.SESSION_IDLE)
        .filter(user=user)
        .order_by("-seen_at", "-pk")
    )


def session_of(user: User, pk: UUID) -> Session:
    """One of this person's sessions; those of others do not exist for them."""
    found = Session.objects.filter(user=user, pk=pk).first()
    if found is None:
        raise NotFound("You have no such session.")
    return found
