"""A schedule's row: read with what a claim needs, moved by compare-and-set."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from deployments.environments.models import Environment
from deployments.releases import guard
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Live
from pipelines.schedules.models import Schedule
from portal.catalog.models import Component


def row(schedule_id: UUID) -> Schedule:
    """A schedule with what a claim needs."""
    return Schedule.objects.select_related("transformation__component__team", "environment").get(
        pk=schedule_id
    )


def move(row: Schedule, **changes: Any) -> bool:
    """Compare-and-set on all that a claim was made with. False: another worker was first."""
    mine = Schedule.objects.filter(
        pk=row.pk,
        state=row.state,
        next_at=row.next_at,
        release=row.release_id,
        configuration=row.configuration_id,
    )
    if not mine.update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True


def is_of_another_pair(row: Schedule, live: Live) -> bool:
    """Whether the row was read from something else than what is live."""
    return (row.release_id, row.configuration_id) != (live.release_id, live.configuration_id)


def is_left_over(row: Schedule, live: Live) -> bool:
    """Whether it has the file's schedule, which holds in production, where that no longer is."""
    is_of_file = "schedule" not in live.configuration.values
    return bool(row.cron) and is_of_file and not row.environment.is_production


def standing(component: Component, environment: Environment, live: Live) -> Schedule.State:
    """Whether anything may run by itself here: no pause, no rejection."""
    if rollouts.hold(component, environment) is not None:
        return Schedule.State.HELD
    if guard.rejection_of(component.pk, live.release.digest) is not None:
        return Schedule.State.STOPPED
    return Schedule.State.ACTIVE
