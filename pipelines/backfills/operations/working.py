"""The control worker: starts the next due times of a backfill, and sees how the last ones ended.

Nothing that is scheduled waits for a backfill. While any other run waits for a worker none of its
runs is started, and all backfills together leave a worker free where there is more than one.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from deployments.rollouts import queries as rollouts
from pipelines.backfills.models import Backfill, Part
from pipelines.backfills.operations import writing
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.schedules import placeholders
from portal import figures
from portal.errors import Refused
from portal.failpoints import hit

log = logging.getLogger(__name__)
FAILURES = 3  # in a row, and it pauses by itself
ENDED = {
    Run.State.SUCCEEDED: Part.State.DONE,
    Run.State.FAILED: Part.State.FAILED,
    Run.State.CANCELLED: Part.State.CANCELLED,
}


def tick(*, now: datetime) -> int:
    """Look at every backfill with something to do; returns how many runs were started.

    One query without any. What is paused or cancelled starts nothing, and its runs end as others.
    """
    ended = Part.objects.filter(state=Part.State.STARTED, run__state__in=ENDED)
    moving = Q(state=Backfill.State.RUNNING) | Q(pk__in=ended.values("backfill"))
    started, bugs = 0, []
    for pk in list(Backfill.objects.filter(moving).order_by("pk").values_list("pk", flat=True)):
        try:
            started += _go_on(pk, now)
        except Exception as bug:  # noqa: BLE001 - one keeps no other waiting; raised below
            bugs.append(bug)
    if bugs:
        raise bugs[0]
    return started


@transaction.atomic
def _go_on(backfill_id: UUID, now: datetime) -> int:
    """One backfill, by one worker at a time: how many may run is counted over all of them."""
    if not _is_only_one():
        return 0
    found = Backfill.objects.select_for_update(of=("self",)).select_related(
        "transformation__component__team", "environment", "requested_by"
    )
    backfill = found.get(pk=backfill_id)  # locked: nobody pauses or cancels it in between
    _collect(backfill)
    if backfill.state != Backfill.State.RUNNING:
        return 0
    if backfill.failures >= FAILURES:
        _stop(backfill, f"{figures.in_words(FAILURES)} runs in a row failed.", now)
    elif not backfill.parts.filter(state__in=(Part.State.WAITING, Part.State.STARTED)).exists():
        _end(backfill, now)
    elif _may_go_on(backfill):
        return _start_next(backfill, now)
    return 0


def _is_only_one() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('pipelines.backfills.tick'))")
        return bool(cursor.fetchone()[0])


def _collect(backfill: Backfill) -> None:
    """Parts whose run has ended, in the order in which they did."""
    started = backfill.parts.filter(state=Part.State.STARTED, run__state__in=ENDED)
    ended = list(started.select_related("run").order_by("run__finished_at"))
    for part in ended:
        assert part.run is not None
        state = ENDED[Run.State(part.run.state)]
        Part.objects.filter(pk=part.pk).update(state=state, message=part.run.message)
        if state == Part.State.DONE:
            backfill.good, backfill.failures = backfill.good + 1, 0
        else:
            backfill.bad += 1
            backfill.failures += state == Part.State.FAILED
    if ended:
        backfill.save(update_fields=["good", "bad", "failures"])


def _end(backfill: Backfill, now: datetime) -> None:
    message = f"{backfill.good} of {figures.times(backfill.total, 'run')} ended well."
    Backfill.objects.filter(pk=backfill.pk).update(
        state=Backfill.State.DONE, message=message, finished_at=now
    )
    writing.note(backfill, "backfill.end", by=None, now=now, after={"message": message})


def _stop(backfill: Backfill, why: str, now: datetime) -> None:
    """It pauses by itself, and a person says how it goes on."""
    Backfill.objects.filter(pk=backfill.pk).update(
        state=Backfill.State.PAUSED, message=f"Paused by itself: {why}"
    )
    writing.note(backfill, "backfill.pause", by=None, now=now, reason=why)


def _may_go_on(backfill: Backfill) -> bool:
    component = backfill.transformation.component
    hold = rollouts.hold(component, backfill.environment)
    why = f"Waits: {component.name} is paused in {backfill.environment.name}." if hold else ""
    if why != backfill.message:
        Backfill.objects.filter(pk=backfill.pk).update(message=why)
    return hold is None


def _start_next(backfill: Backfill, now: datetime) -> int:
    waiting = backfill.parts.filter(state=Part.State.WAITING)
    order = "-logical_at" if backfill.is_newest_first else "logical_at"
    started = 0
    for part in list(waiting.order_by(order)[: _free(backfill, now)]):
        try:
            _start(backfill, part, now)
        except Refused as refused:
            _stop(backfill, refused.message, now)
            break
        started += 1
    return started


def _free(backfill: Backfill, now: datetime) -> int:
    """How many more may be started: its own limit, that of all backfills, and who else waits."""
    others = Run.objects.filter(state=Run.State.QUEUED, next_at__lte=now, backfill=None)
    if others.exists():
        return 0
    open_parts = Part.objects.filter(state=Part.State.STARTED)
    own = open_parts.filter(backfill=backfill).count()
    return max(0, min(backfill.concurrency - own, settings.BACKFILL_SLOTS - open_parts.count()))


@transaction.atomic
def _start(backfill: Backfill, part: Part, now: datetime) -> None:
    """The run of one due time: a new one, the one that is on its way, or the old one once more."""
    reason = f"Backfill {backfill.number}: {backfill.reason}"
    before = set(_of(backfill, part).values_list("pk", flat=True))
    run = runs.start(
        transformation=backfill.transformation,
        environment=backfill.environment,
        channel=backfill.channel,
        parameters=placeholders.filled(
            backfill.parameters, logical_at=part.logical_at, timezone=backfill.timezone
        ),
        logical_at=part.logical_at,
        reason=reason,
        by=backfill.requested_by,
        now=now,
    )
    is_new = run.pk not in before
    if not is_new and run.is_finished and _is_to_do(backfill, run):
        run = runs.again(
            run=run, with_version="live", by=backfill.requested_by, now=now, reason=reason
        )
        is_new = True
    if is_new:
        Run.objects.filter(pk=run.pk).update(
            backfill=backfill, is_delivering=backfill.is_delivering
        )
    Part.objects.filter(pk=part.pk).update(state=Part.State.STARTED, run=run)
    hit("pipelines.backfill.started")


def _of(backfill: Backfill, part: Part) -> QuerySet[Run]:
    """The runs that this due time has already, with whatever parameters."""
    return Run.objects.filter(
        transformation=backfill.transformation,
        environment=backfill.environment,
        channel=backfill.channel,
        logical_at=part.logical_at,
    )


def _is_to_do(backfill: Backfill, run: Run) -> bool:
    """By now it may have ended well, for the same parameters."""
    return backfill.which == Backfill.Which.ALL or run.state != Run.State.SUCCEEDED
