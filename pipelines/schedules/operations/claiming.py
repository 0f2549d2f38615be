"""Due schedules: found by their `next_at`, claimed one by one."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from django.db import transaction

from deployments.rollouts import queries as rollouts
from pipelines.runs.models import Run
from pipelines.schedules.models import Schedule
from pipelines.schedules.operations import rows
from pipelines.schedules.operations.following import take_over
from pipelines.schedules.operations.settling import settle
from portal.errors import Moved

MOST = 500  # schedules that one tick reads
LONGEST = 0.8  # seconds: the next tick goes on, and a rollback is not kept waiting


def tick(*, now: datetime, most: int = MOST) -> int:
    """Start what is due; returns how many runs. One indexed query where nothing is."""
    due = Schedule.objects.filter(state=Schedule.State.ACTIVE, next_at__lte=now)
    started, bugs, begun = 0, [], time.monotonic()
    for pk in list(due.order_by("next_at").values_list("pk", flat=True)[:most]):
        try:
            started += len(claim(schedule_id=pk, now=now))
        except Moved:
            continue  # paused in this very moment: the next tick sees it
        except Exception as bug:  # noqa: BLE001 - one schedule keeps no other waiting; raised below
            bugs.append(bug)
        if time.monotonic() - begun > LONGEST:
            break
    if bugs:
        raise bugs[0]
    return started


@transaction.atomic
def claim(*, schedule_id: UUID, now: datetime) -> list[Run]:
    """Start the runs of one due schedule. None where another worker was first."""
    row = rows.row(schedule_id)
    if row.state != Schedule.State.ACTIVE or row.next_at is None or row.next_at > now:
        return []
    component = row.transformation.component
    live = rollouts.live(component, row.environment, row.channel)
    if live is None or rows.is_of_another_pair(row, live) or rows.is_left_over(row, live):
        return take_over(row=row, live=live, now=now)
    standing = rows.standing(component, row.environment, live)
    if standing != Schedule.State.ACTIVE:
        rows.move(row, state=standing)
        return []
    return settle(row, until=now, now=now)
