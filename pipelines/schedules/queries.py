"""Questions about schedules: what runs by itself, when next, what is late, what was left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Exists, OuterRef, QuerySet

from deployments.rollouts.models import Hold
from pipelines.runs.models import Run
from pipelines.schedules import due, words
from pipelines.schedules.models import Omission, Schedule
from portal.arrays import UUIDS, InArray
from portal.catalog.models import Component
from portal.home.mine import Next
from portal.postgresql.questions import Question

SHOWN = 5
# Later than this a due time without a run, or a run that has not begun, is late.
LATE = timedelta(minutes=10)
MOST = 50


def schedules() -> QuerySet[Schedule]:
    """Schedules with what a line about them needs; places without one are left out."""
    return Schedule.objects.exclude(state=Schedule.State.NONE).select_related(
        "transformation__component__team", "environment", "release", "configuration"
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A due time, with what the clock on the wall there shows."""

    at: datetime
    local: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A schedule as pages show it."""

    schedule: Schedule
    hold: Hold | None
    left_out: Omission | None  # the newest

    @property
    def words(self) -> str:
        return words.words(self.schedule.cron)

    @property
    def catch_up(self) -> str:
        return words.CATCH_UP[self.schedule.catch_up]

    @property
    def state(self) -> Schedule.State:
        """A pause shows at once, before the row has followed it."""
        if self.hold is not None:
            return Schedule.State.HELD
        state = Schedule.State(self.schedule.state)
        return Schedule.State.ACTIVE if state == Schedule.State.HELD else state


def of_component(component: Component) -> list[Standing]:
    """Its schedules, production first; three queries."""
    rows = schedules().filter(transformation__component=component).order_by("-environment__order")
    found = list(rows)
    holds = {
        hold.environment_id: hold
        for hold in Hold.objects.filter(component=component, resumed_at=None).select_related(
            "held_by"
        )
    }
    left_out = newest_omissions(found)
    return [Standing(row, holds.get(row.environment_id), left_out.get(row.pk)) for row in found]


def newest_omissions(rows: Collection[Schedule]) -> dict[UUID, Omission]:
    """What was left out last, by schedule; one query."""
    newest = Omission.objects.filter(schedule__in=rows).order_by("schedule", "-last_at")
    return {row.schedule_id: row for row in newest.distinct("schedule")}


def next_times(schedule: Schedule, now: datetime, count: int = SHOWN) -> list[Due]:
    """When it is due next."""
    return due_times(schedule.cron, schedule.timezone, now, count)


def due_times(cron: str, timezone: str, now: datetime, count: int = SHOWN) -> list[Due]:
    """When an expression comes next, as the clock on the wall there shows it."""
    times = due.next_times(cron, timezone, after=now, count=count)
    return [Due(at, words.local(at, timezone)) for at in times]


def next_of(components: Sequence[Component]) -> dict[UUID, Next]:
    """When each runs by itself next, in its most important place; one query."""
    rows = _NEXT.rows(components=[one.pk for one in components])
    return {component: Next(at, place) for component, at, place in rows if at is not None}


_NEXT: Question[tuple[UUID, datetime | None, str]] = Question(
    lambda components: (
        Schedule.objects.filter(
            InArray("transformation__component", components, UUIDS),
            state=Schedule.State.ACTIVE,
            next_at__isnull=False,
        )
        .order_by("environment__order")
        .values_list("transformation__component_id", "next_at", "environment__name")
    ),
    components=UUIDS,
)


def under_environments(component: Component, now: datetime) -> dict[Any, str]:
    """A few words about each place, for the row “Right now”: by environment."""
    held = Hold.objects.filter(
        component=component, environment=OuterRef("environment"), resumed_at=None
    )
    rows = Schedule.objects.filter(transformation__component=component)
    return {row.environment_id: _few(row, now) for row in rows.annotate(is_held=Exists(held))}


def _few(row: Any, now: datetime) -> str:
    """A pause shows at once, before the row has followed it."""
    state = Schedule.State.HELD if row.is_held else row.state
    if state != Schedule.State.ACTIVE:
        return {"none": "on demand", "held": "schedule paused", "stopped": "schedule stopped"}[
            state
        ]
    if row.next_at is None or row.next_at <= now:
        return words.words(row.cron)
    return f"next run {words.local(row.next_at, 'UTC')} UTC"


@dataclass(frozen=True, slots=True)
class Late:
    """A due time whose run has not begun."""

    component: str
    environment: str
    team: str
    due_at: datetime
    number: int | None  # of the run, where there is one
    words: str

    @property
    def url(self) -> str:
        return f"/runs/{self.number}/" if self.number else f"/components/{self.component}/grid"


def late(*, now: datetime, teams: Collection[UUID] | None = None, most: int = MOST) -> list[Late]:
    """What should have begun ten minutes ago, longest first. `teams`: of these only (ids).

    Two queries out of partial indexes: schedules that nobody has claimed, runs that still wait.
    """
    unclaimed, waiting = _late(most)
    found = [_unclaimed(row) for row in unclaimed.rows(before=now - LATE, teams=teams)]
    found += [
        _waiting(run) for run in waiting.rows(before=now - LATE, until=now + LATE, teams=teams)
    ]
    return sorted(found, key=lambda one: one.due_at)[:most]


@cache
def _late(most: int) -> tuple[Question[Schedule], Question[Run]]:
    def unclaimed(before: Any, teams: Any) -> QuerySet[Schedule]:
        rows = schedules().filter(state=Schedule.State.ACTIVE, next_at__lt=before)
        if teams is not None:
            rows = rows.filter(InArray("transformation__component__team", teams, UUIDS))
        return rows.order_by("next_at")[:most]

    def waiting(before: Any, until: Any, teams: Any) -> QuerySet[Run]:
        rows = Run.objects.filter(
            state=Run.State.QUEUED, logical_at__lt=before, next_at__lt=until, backfill=None
        ).select_related("transformation__component", "environment", "team")
        if teams is not None:
            rows = rows.filter(InArray("team", teams, UUIDS))
        return rows.order_by("next_at")[:most]

    at = DateTimeField()
    return (
        Question(unclaimed, before=at, teams=UUIDS),
        Question(waiting, before=at, until=at, teams=UUIDS),
    )


def _unclaimed(row: Schedule) -> Late:
    assert row.next_at is not None
    component = row.transformation.component
    return Late(
        component=component.name,
        environment=row.environment.name,
        team=component.team.name,
        due_at=row.next_at,
        number=None,
        words="Nobody has started it: the control worker may be down.",
    )


def _waiting(run: Run) -> Late:
    assert run.logical_at is not None
    return Late(
        component=run.transformation.component.name,
        environment=run.environment.name,
        team=run.team.name,
        due_at=run.logical_at,
        number=run.number,
        words=run.message or "It waits for a free worker.",
    )
