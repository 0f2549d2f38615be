"""How a worker goes through the list: a few at a time, each in one transaction with its note.

Each piece is done once: the action's row is locked, its attempt is compared, the ordinary operation
is called, and what became of it is written down, all in one transaction. A worker that dies leaves
a lease; the next one goes on behind what is noted. A piece at which something breaks is noted as
refused, so that it keeps none of the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Q

from pipelines.bulk.models import BulkAction, BulkItem
from pipelines.deliveries import operations as deliveries
from pipelines.runs import operations as runs
from portal.audit import operations as audit
from portal.background import enqueue
from portal.errors import Refused
from portal.failpoints import Failed, hit

log = logging.getLogger(__name__)
WORK = "pipelines.bulk.tasks.work"
SLICE = 20  # pieces a message: a rollback on the same threads waits for no more
BROKEN = "Something broke inside of Slipway; it is reported. Trying this one by itself may help."
Verb = BulkAction.Verb


def work(*, action_id: str, clock: Callable[[], datetime]) -> None:
    """Do the next few of a list, and send for the rest."""
    action = _claim(action_id, clock())
    if action is None:
        return
    for _ in range(SLICE):
        if not _one(action, clock):
            return
    _hand_on(action, clock())


def sweep(*, now: datetime, most: int = 50) -> int:
    """Send again what waits too long, and take back what a dead worker held."""
    overdue = now - timedelta(seconds=settings.RESEND_SECONDS)
    rows = BulkAction.objects.filter(
        Q(state=BulkAction.State.QUEUED, next_at__lt=overdue)
        | Q(state=BulkAction.State.RUNNING, lease_until__lt=now)
    )
    due = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    for pk in due:
        again = {"state": BulkAction.State.QUEUED, "next_at": now, "lease_until": None}
        rows.filter(pk=pk).update(**again)
        enqueue(WORK, action_id=str(pk))
    return len(due)


def _claim(action_id: str, now: datetime) -> BulkAction | None:
    waiting = BulkAction.objects.filter(
        pk=action_id, state=BulkAction.State.QUEUED, next_at__lte=now
    )
    action = waiting.select_related("asked_by").first()
    if action is None:
        return None
    action.attempt += 1
    taken = waiting.filter(attempt=action.attempt - 1).update(
        state=BulkAction.State.RUNNING,
        attempt=action.attempt,
        next_at=None,
        lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
    )
    return action if taken else None


def _one(action: BulkAction, clock: Callable[[], datetime]) -> bool:
    """One piece; what it did before something broke is undone. False as of `_next`."""
    try:
        return _next(action, clock())
    except (Failed, OperationalError):
        raise  # killed, or cut off from the database: the lease ends, and another goes on
    except Exception:
        log.exception("a piece of bulk action %s broke", action.pk)
        return _next(action, clock(), broken=BROKEN)


@transaction.atomic
def _next(action: BulkAction, now: datetime, *, broken: str = "") -> bool:
    """One piece and its note, or that it broke. False: it is over, or somebody else's."""
    held = BulkAction.objects.select_for_update().filter(
        pk=action.pk, state=BulkAction.State.RUNNING, attempt=action.attempt
    )
    if not held.exists():
        return False
    item = (
        action.items.filter(state=BulkItem.State.WAITING)
        .select_related(
            "run__transformation__component__team",
            "run__environment",
            "delivery__run__transformation__component__team",
            "delivery__environment",
            "delivery__client",
            "delivery__destination",
            "delivery__version",
            "delivery__release",
        )
        .order_by("order")
        .first()
    )
    if item is None:
        _end(action, now)
        return False
    refused = broken or _refusal(action, item, now)
    hit("pipelines.bulk.piece")
    item.state = BulkItem.State.REFUSED if refused else BulkItem.State.DONE
    item.message, item.done_at = refused, now
    item.save(update_fields=["state", "message", "done_at"])
    held.update(
        done=F("done") + (0 if refused else 1),
        refused=F("refused") + (1 if refused else 0),
        lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
    )
    return True


def _refusal(action: BulkAction, item: BulkItem, now: datetime) -> str:
    """Say the verb by its own operation; why it was refused, "" where it was done."""
    by, reason = action.asked_by, action.reason
    try:
        if item.run is not None and action.verb == Verb.RUN_CANCEL:
            runs.cancel(run=item.run, by=by, now=now, reason=reason)
        elif item.run is not None:
            runs.again(run=item.run, with_version="live", by=by, now=now, reason=reason)
        elif item.delivery is not None and action.verb == Verb.DELIVERY_CANCEL:
            deliveries.cancel(delivery=item.delivery, by=by, now=now, reason=reason)
        elif item.delivery is not None:
            deliveries.again(delivery=item.delivery, by=by, now=now, reason=reason)
    except Refused as refused:
        return refused.message
    return ""


def _hand_on(action: BulkAction, now: datetime) -> None:
    """The next message goes on, perhaps elsewhere: nothing that is more urgent waits for all."""
    given_back = BulkAction.objects.filter(
        pk=action.pk, state=BulkAction.State.RUNNING, attempt=action.attempt
    ).update(state=BulkAction.State.QUEUED, next_at=now, lease_until=None)
    if given_back:
        enqueue(WORK, action_id=str(action.pk))


def _end(action: BulkAction, now: datetime) -> None:
    action.refresh_from_db(fields=["done", "refused"])
    BulkAction.objects.filter(pk=action.pk).update(
        state=BulkAction.State.DONE, finished_at=now, next_at=None, lease_until=None
    )
    audit.record(
        verb="bulk.end",
        by=None,
        now=now,
        kind="bulk",
        thing=action,
        thing_id=action.pk,
        after={"done": action.done, "refused": action.refused, "total": action.total},
    )
