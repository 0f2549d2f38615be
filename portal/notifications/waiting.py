"""What about messages waits for the platform team, for the home page."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from portal.accounts import access
from portal.accounts.models import User
from portal.figures import times
from portal.navigation import Need
from portal.notifications import queries

MOST_COUNTED = 100


def needs_of(user: User, _: datetime) -> list[Need]:
    """One line for all messages that were given up; a query for the platform role, else none."""
    if not access.may(user, "notification.send_again"):
        return []
    dead = list(queries.outbox().order_by("-pk")[:MOST_COUNTED])
    if not dead:
        return []
    return [
        Need(
            tone="warn",
            icon="bell",
            label="Not sent",
            title=f"{times(len(dead), 'notification')} could not be sent",
            text=dead[0].message,
            at=dead[0].created_at,
            url=reverse("portal:outbox-list"),
            verb="Look",
        )
    ]
