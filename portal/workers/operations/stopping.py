"""Keeping queues and processes from taking work, and letting them go on. What is in hand ends."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, NotFound, Refused
from portal.workers import pauses, reasons
from portal.workers.models import Drain, Heartbeat, Pause, Stop

NEVER = "rollback"  # the emergency exit: nothing closes it


@kept("queue.pause", "queue", "queue")
@transaction.atomic
def pause(*, queue: str, reason: str, by: User, now: datetime) -> Pause:
    """Nothing of this queue is claimed from now on, also after a restart, until it is resumed."""
    access.require(by, "queue.pause")
    _known(queue)
    if queue == NEVER:
        raise Refused(
            "Rollbacks are never paused: they are the way out when something is wrong. Pause "
            "“control” to keep new deployments waiting; rollbacks go on."
        )
    try:
        with transaction.atomic():
            made = Pause.objects.create(queue=queue, reason=_why(reason), since_at=now, by=by)
    except IntegrityError as error:
        stands = Pause.objects.select_related("by").get(queue=queue, over_at=None)
        raise Moved(f"{queue} is paused already. {stands.words}") from error
    _record("queue.pause", "queue", made, by=by, now=now, reason=made.reason)
    return made


@kept("queue.resume", "queue", "queue")
@transaction.atomic
def resume(*, queue: str, by: User, now: datetime) -> Pause:
    """Its work is taken again; what waited is sent to workers within seconds, the oldest first."""
    access.require(by, "queue.resume")
    _known(queue)
    found = Pause.objects.select_for_update().filter(queue=queue, over_at=None).first()
    if found is None:
        raise Moved(f"{queue} is not paused.")
    _end(found, by=by, now=now)
    _record("queue.resume", "queue", found, by=by, now=now)
    return found


@kept("worker.drain", "worker", "worker")
@transaction.atomic
def drain(*, worker: Heartbeat, reason: str, by: User, now: datetime) -> Drain:
    """The process takes nothing new within seconds, and ends what it has in hand.

    Refused for the last one that serves rollbacks: those wait for nobody.
    """
    access.require(by, "worker.drain")
    if not worker.queues:
        raise Refused(f"{worker.process} takes no work out of a queue, so it can't be drained.")
    if NEVER in worker.queues and not _others(worker, now):
        raise Refused(
            f"{worker.name} is the only process that serves rollbacks, and the sweeps. Start "
            "another control worker first, then drain this one."
        )
    # What was said to a process of this name before it ended with that process.
    Drain.objects.filter(worker=worker.name, over_at=None, since_at__lt=worker.started_at).update(
        over_at=worker.started_at
    )
    try:
        with transaction.atomic():
            made = Drain.objects.create(
                worker=worker.name, reason=_why(reason), since_at=now, by=by
            )
    except IntegrityError as error:
        raise Moved(f"{worker.name} is drained already.") from error
    _record("worker.drain", "worker", made, by=by, now=now, reason=made.reason)
    return made


@kept("worker.take_again", "worker", "worker")
@transaction.atomic
def take_again(*, worker: Heartbeat, by: User, now: datetime) -> Drain:
    """The process takes work again, within seconds."""
    access.require(by, "worker.take_again")
    found = pauses.drains(worker.name, worker.started_at).select_for_update().first()
    if found is None:
        raise Moved(f"{worker.name} takes work: it is not drained.")
    _end(found, by=by, now=now)
    _record("worker.take_again", "worker", found, by=by, now=now)
    return found


def _known(queue: str) -> None:
    names = [one.name for one in settings.CELERY_TASK_QUEUES]
    if queue not in names:
        raise NotFound(f"There is no queue called “{queue}”. There are {', '.join(names)}.")


def _others(worker: Heartbeat, now: datetime) -> bool:
    """Whether another process that lives and takes work serves rollbacks.

    All that serve them are locked: of two drains at once the second one sees the first.
    """
    serving = Heartbeat.objects.filter(queues__contains=[NEVER])
    list(serving.select_for_update().order_by("pk").values_list("pk"))
    told = pauses.drains(OuterRef("name"), OuterRef("started_at"))
    alive = serving.filter(seen_at__gt=now - reasons.QUIET).exclude(pk=worker.pk)
    return alive.exclude(Exists(told)).exists()


def _why(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why. Whoever waits for this work reads it.", field="reason")
    return reason.strip()


def _end(stop: Stop, *, by: User, now: datetime) -> None:
    stop.over_at, stop.over_by = now, by
    stop.save(update_fields=["over_at", "over_by"])


def _record(
    verb: str, kind: str, stop: Pause | Drain, *, by: User, now: datetime, reason: str = ""
) -> None:
    since = {"since": stop.since_at.isoformat(), "reason": stop.reason}
    is_over = stop.over_at is not None
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind=kind,
        thing=stop,
        thing_id=stop.pk,
        reason=reason,
        before=since if is_over else None,
        after=None if is_over else since,
    )
