"""What about schedules waits for a person, for the home page."""

from __future__ import annotations

from datetime import datetime

from pipelines.schedules import queries
from portal.accounts import access
from portal.accounts.models import Role, User
from portal.navigation import Need

MOST = 20


def needs_of(user: User, now: datetime) -> list[Need]:
    """Late runs of this person's teams; two queries."""
    teams = access.team_ids(user, Role.DEVELOPER)
    return [_need(late) for late in queries.late(now=now, teams=teams, most=MOST)]


def _need(late: queries.Late) -> Need:
    return Need(
        tone="warn",
        icon="clock",
        label="Late",
        title=f"{late.component} is late in {late.environment}",
        text=late.words,
        at=late.due_at,
        url=late.url,
        verb="Look",
    )
