"""What about golden paths waits for a person, for the home page."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import User
from portal.golden_paths.models import PathRun
from portal.navigation import Need

MOST = 20
STOPPED = (PathRun.State.FAILED, PathRun.State.STUCK)


def needs_of(user: User, _: datetime) -> list[Need]:
    """What this person started and a step has stopped; one query."""
    rows = PathRun.objects.select_related("path").filter(started_by=user, state__in=STOPPED)
    return [_need(run) for run in rows.order_by("-pk")[:MOST]]


def _need(run: PathRun) -> Need:
    return Need(
        tone="bad",
        icon="bad",
        label="Stopped",
        title=f"{run.title} has stopped",
        text=run.message,
        at=run.finished_at or run.changed_at,
        url=run.url,
        verb="Look",
    )
