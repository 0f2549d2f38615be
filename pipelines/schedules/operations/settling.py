"""Seeing to due times: each of them a run, or left out and kept as such.

The run is unique on its due time, and the row's `next_at` moves in the transaction that creates it:
whoever else looks at the same moment, or is killed half-way, changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.schedules import placeholders, words
from pipelines.schedules.catch_up import ON_TIME, Decision, LeftOut, decide
from pipelines.schedules.models import Omission, Schedule
from pipelines.schedules.operations.rows import move
from portal.audit import operations as audit
from portal.errors import Moved, Refused
from portal.failpoints import hit


def settle(row: Schedule, *, until: datetime, now: datetime) -> list[Run]:
    """See to the due times up to an instant, or to as many as are started at once."""
    assert row.next_at is not None
    decision = decide(
        cron=row.cron,
        timezone=row.timezone,
        policy=row.catch_up,
        first=row.next_at,
        until=until,
        now=now,
    )
    if not move(row, next_at=decision.next_at, last_at=decision.last, message=""):
        return []
    hit("pipelines.schedule.claimed")
    cause = cause_of(row)
    if decision.left_out:
        _keep(row, decision.left_out, cause, "", now)
    started = _start(row, decision, cause, now)
    hit("pipelines.schedule.started")
    if row.stood and (row.next_at is None or row.next_at > now):
        move(row, stood="")
    return started


def leave_out(row: Schedule, *, until: datetime, cause: Omission.Cause, now: datetime) -> None:
    """No due time up to an instant gets a run, whatever the schedule says about catching up."""
    assert row.next_at is not None
    decision = decide(
        cron=row.cron,
        timezone=row.timezone,
        policy="nothing",
        first=row.next_at,
        until=until,
        now=now,
    )
    if decision.left_out and move(row, next_at=decision.next_at, last_at=decision.last):
        _keep(row, decision.left_out, cause, "", now)


def cause_of(row: Schedule) -> Omission.Cause:
    """Why it is behind: it stood still, or nobody looked, and that is the portal's own doing."""
    return Omission.Cause(row.stood) if row.stood else Omission.Cause.DOWN


def _start(row: Schedule, decision: Decision, cause: Omission.Cause, now: datetime) -> list[Run]:
    started = []
    for logical_at in decision.runs:
        try:
            started.append(_run(row, logical_at, cause, now))
        except Moved:
            raise
        except Refused as refused:  # and it would be refused a second later as well
            left = LeftOut(logical_at, logical_at, 1)
            _keep(row, left, Omission.Cause.REFUSED, refused.message, now)
            move(row, message=refused.message)
    return started


def _run(row: Schedule, logical_at: datetime, cause: Omission.Cause, now: datetime) -> Run:
    is_late = now - logical_at > ON_TIME
    return runs.start(
        transformation=row.transformation,
        environment=row.environment,
        channel=row.channel,
        parameters=placeholders.filled(
            row.parameters, logical_at=logical_at, timezone=row.timezone
        ),
        logical_at=logical_at,
        reason=words.late(logical_at, row.timezone, cause.value) if is_late else "",
        by=None,
        now=now,
    )


def _keep(row: Schedule, left: LeftOut, cause: Omission.Cause, message: str, now: datetime) -> None:
    component = row.transformation.component
    Omission.objects.create(
        schedule=row,
        cron=row.cron,
        timezone=row.timezone,
        first_at=left.first,
        last_at=left.last,
        count=left.count,
        cause=cause,
        message=message,
        noted_at=now,
    )
    audit.record(
        verb="schedule.leave_out",
        by=None,
        now=now,
        kind="schedule",
        thing=row,
        thing_id=row.pk,
        component=component.name,
        team=component.team.name,
        environment=row.environment.name,
        reason=message or cause.label,
        after={
            "first": left.first.isoformat(),
            "last": left.last.isoformat(),
            "count": left.count,
        },
    )
