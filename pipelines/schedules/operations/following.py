"""Following what is live: the row takes over its rhythm, and stands still where nothing may run.

Nobody tells a schedule that a deployment has switched, a pause begun or a release been rejected.
It looks by itself, every two seconds at what changed last and every ten at everything; and each
claim looks once more, so that looking late never starts a run that should not be.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from deployments.releases.models import Rejection
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Hold, Live
from pipelines.runs.models import Run
from pipelines.schedules import due
from pipelines.schedules.models import Omission, Schedule
from pipelines.schedules.operations.rows import (
    is_left_over,
    is_of_another_pair,
    move,
    row,
    standing,
)
from pipelines.schedules.operations.settling import leave_out, settle
from pipelines.schedules.rhythm import Rhythm, rhythm
from pipelines.transformations.models import Version
from portal.errors import Moved

NEWEST = 50  # switches that a look is at; every tenth second it is at everything
MOST = 500
LONGEST = 0.8  # seconds: the next look goes on, and a rollback is not kept waiting


def follow(*, now: datetime, newest: int | None = NEWEST) -> int:
    """Let rows follow what is live, paused and rejected; returns how many changed."""
    changed, begun = 0, time.monotonic()
    for live in list(_unfollowed(newest)[:MOST]):
        try:
            changed += _follow(live, now)
        except Moved:
            continue  # paused in this very moment: the next look sees it
        if time.monotonic() - begun > LONGEST:
            break
    return changed + _stand_still() + _go_on()


def _unfollowed(newest: int | None) -> QuerySet[Live]:
    """What is live and whose row is missing, was read from another pair, or for another purpose."""
    followed = Schedule.objects.filter(
        transformation__component=OuterRef("component"),
        environment=OuterRef("environment"),
        channel=OuterRef("channel"),
        release=OuterRef("release"),
        configuration=OuterRef("configuration"),
    )
    rows = Live.objects.filter(channel=Live.Channel.STABLE, component__transformation__isnull=False)
    if newest is not None:
        rows = rows.filter(pk__in=Live.objects.order_by("-since_at").values("pk")[:newest])
    return rows.filter(~Exists(followed) | _of_another_purpose()).select_related(
        "component__transformation", "environment"
    )


def _of_another_purpose() -> Q:
    """The file's own schedule begins where clients are served from by now, and ends elsewhere."""
    begun = Exists(
        Schedule.objects.filter(
            transformation__component=OuterRef("component"),
            environment=OuterRef("environment"),
            channel=OuterRef("channel"),
        ).exclude(cron="")
    )
    in_file = Exists(
        Version.objects.filter(
            transformation__component=OuterRef("component"),
            number=OuterRef("release__number"),
            spec__defaults__schedule__cron__isnull=False,
        )
    )
    is_missing = Q(in_file, ~begun, environment__is_production=True)
    is_left_over = Q(begun, environment__is_production=False)
    return ~Q(configuration__values__has_key="schedule") & (is_missing | is_left_over)


@transaction.atomic
def _follow(live: Live, now: datetime) -> int:
    place = {
        "transformation": live.component.transformation,
        "environment": live.environment,
        "channel": live.channel,
    }
    Schedule.objects.bulk_create([Schedule(**place, since_at=live.since_at)], ignore_conflicts=True)
    found = row(Schedule.objects.only("pk").get(**place).pk)
    standing_now = rollouts.live(live.component, live.environment, live.channel)
    if standing_now is None or not _is_behind(found, standing_now):
        return 0
    take_over(row=found, live=standing_now, now=now)
    return 1


def _is_behind(row: Schedule, live: Live) -> bool:
    if is_of_another_pair(row, live) or is_left_over(row, live):
        return True
    return not row.cron and _wanted(row, live) is not None


def take_over(*, row: Schedule, live: Live | None, now: datetime) -> list[Run]:
    """Take the rhythm of what is live. What was due before the switch is seen to by the old one."""
    wanted = _wanted(row, live)
    is_same_clock = wanted is not None and (wanted.cron, wanted.timezone) == (
        row.cron,
        row.timezone,
    )
    stands = (
        standing(row.transformation.component, row.environment, live)
        if live
        else Schedule.State.ACTIVE
    )
    started: list[Run] = []
    switched_at = live.since_at if live and is_of_another_pair(row, live) else now
    if not is_same_clock and row.next_at is not None and row.next_at <= switched_at:
        started = _settle_before(row, stands, switched_at, now)
        if row.next_at is not None and row.next_at <= switched_at:
            return started  # more of it in the next tick
    changes: dict[str, Any] = {
        "state": stands if wanted else Schedule.State.NONE,
        "release": live.release if live else None,
        "configuration": live.configuration if live else None,
        "catch_up": wanted.catch_up if wanted else row.catch_up,
        "parameters": dict(wanted.parameters) if wanted else {},
        "stood": row.state if row.state in Schedule.STANDING_STILL else row.stood,
        "message": "",
    }
    if not is_same_clock:
        changes |= _another_clock(row, wanted, switched_at)
    move(row, **changes)
    return started


def _wanted(row: Schedule, live: Live | None) -> Rhythm | None:
    if live is None:
        return None
    version = Version.objects.only("spec").get(
        transformation=row.transformation, number=live.release.number
    )
    return rhythm(
        spec=version.spec,
        configured=live.configuration.values,
        is_production=row.environment.is_production,
    )


def _settle_before(
    row: Schedule, stands: Schedule.State, until: datetime, now: datetime
) -> list[Run]:
    """The old rhythm's due times before the switch; where nothing may run they are left out."""
    if stands in Schedule.STANDING_STILL:
        leave_out(row, until=until, cause=Omission.Cause(stands.value), now=now)
        return []
    if row.state in Schedule.STANDING_STILL:
        row.stood = row.state
    return settle(row, until=until, now=now)


def _another_clock(row: Schedule, wanted: Rhythm | None, switched_at: datetime) -> dict[str, Any]:
    """From the switch on; a row that was never read from a pair says itself from when."""
    since = switched_at if row.release_id else max(switched_at, row.since_at)
    following = (
        due.instants(wanted.cron, wanted.timezone, after=since) if wanted is not None else iter(())
    )
    return {
        "cron": wanted.cron if wanted else "",
        "timezone": wanted.timezone if wanted else "UTC",
        "since_at": since,
        "next_at": next(following, None),
        "stood": "",
    }


def _stand_still() -> int:
    """Rows that a pause or a rejection stops from now on."""
    active = Schedule.objects.filter(state=Schedule.State.ACTIVE)
    held = Schedule.objects.filter(pk__in=active.filter(_is_held()).values("pk"))
    stopped = Schedule.objects.filter(pk__in=active.filter(_is_rejected()).values("pk"))
    return held.update(state=Schedule.State.HELD) + stopped.update(state=Schedule.State.STOPPED)


def _go_on() -> int:
    """Rows that nothing stops any more. They keep what they missed; the next tick catches up."""
    still = Schedule.objects.filter(state__in=Schedule.STANDING_STILL)
    looked_at = still.annotate(is_held=_is_held(), is_rejected=_is_rejected())
    changed = 0
    for found in list(looked_at):
        if found.is_held:
            state = Schedule.State.HELD
        elif found.is_rejected:
            state = Schedule.State.STOPPED
        else:
            state = Schedule.State.ACTIVE
        if state != found.state:
            changed += move(found, state=state, stood=found.state)
    return changed


def _is_held() -> Exists:
    return Exists(
        Hold.objects.filter(
            component=OuterRef("transformation__component"),
            environment=OuterRef("environment"),
            resumed_at=None,
        )
    )


def _is_rejected() -> Exists:
    """What it was read from; where something else is live by now, following comes first."""
    return Exists(
        Rejection.objects.active().filter(
            component=OuterRef("transformation__component"), digest=OuterRef("release__digest")
        )
    )
