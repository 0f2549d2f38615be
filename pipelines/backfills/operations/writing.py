"""What every verb of a backfill leaves: an entry in the audit, and a message to look at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipelines.backfills.models import Backfill
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.background import enqueue

TICK = "pipelines.backfills.tasks.tick"


def note(backfill: Backfill, verb: str, *, by: User | None, now: datetime, **more: Any) -> None:
    component = backfill.transformation.component
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="backfill",
        thing=f"{component.name} backfill {backfill.number}",
        thing_id=backfill.pk,
        component=component.name,
        team=component.team.name,
        environment=backfill.environment.name,
        **more,
    )


def send() -> None:
    """Beat's tick would find it too, a second later."""
    enqueue(TICK)
