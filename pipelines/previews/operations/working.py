"""How a worker takes a piece of looking, keeps it, and puts it down; and what it leaves behind.

As for runs: claimed by compare-and-set on (state, attempt), kept by a lease, and whoever was
overtaken writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from pipelines.previews import keeping, limits
from pipelines.previews.models import Look, Preview, State, Work
from portal.background import enqueue
from portal.workers import pauses

REHEARSE = "pipelines.previews.tasks.rehearse"
LOOK = "pipelines.previews.tasks.look"
Kind = TypeVar("Kind", Preview, Look)
BATCH = 100


def claim(rows: QuerySet[Kind], *, pk: str, now: datetime) -> Kind | None:
    """Take a due row. None: someone else has it, it is over, or it is not due."""
    due = rows.filter(pk=pk, state=State.QUEUED, next_at__lte=now)
    found = due.filter(pauses.flowing("previews")).first()
    if found is None:
        return None
    found.attempt += 1
    taken = rows.model.objects.filter(pk=pk, state=State.QUEUED, attempt=found.attempt - 1).update(
        state=State.RUNNING,
        attempt=found.attempt,
        lease_until=_lease(now),
        next_at=None,
        started_at=now,
        message="",
    )
    return found if taken else None


def keep(work: Work, *, now: datetime) -> bool:
    """Prolong the lease. False: it was cancelled or taken over; stop working."""
    held = _held(work)
    if isinstance(work, Preview):
        held = held.filter(is_cancelling=False)
    return bool(held.update(lease_until=_lease(now)))


def tell(preview: Preview, stage: str) -> None:
    """Say what it does now; the page shows it."""
    _held(preview).update(stage=stage[:200])


def end(work: Work, state: State, *, now: datetime, **facts: Any) -> bool:
    """Put it down with what was found. False: it was somebody else's by then, or cancelled."""
    held = _held(work)
    if isinstance(work, Preview) and state == State.SUCCEEDED:
        held = held.filter(is_cancelling=False)
    return bool(held.update(state=state, finished_at=now, lease_until=None, **facts))


def cancelled(preview: Preview, *, now: datetime) -> None:
    """It ends as somebody asked, with the words that they left."""
    facts: Mapping[str, Any] = {"finished_at": now, "lease_until": None}
    _held(preview).filter(is_cancelling=True).update(state=State.CANCELLED, **facts)


def sweep(*, now: datetime) -> int:
    """Send again what waits too long, take back what a dead worker held, remove what expired."""
    return _sweep(Preview, REHEARSE, "preview_id", now=now) + _sweep(Look, LOOK, "look_id", now=now)


def _sweep(model: type[Kind], task: str, name: str, *, now: datetime) -> int:
    count = _take_back(model, now=now) + _resend(model, task, name, now=now)
    return count + _remove(model, now=now)


def _resend(model: type[Kind], task: str, name: str, *, now: datetime) -> int:
    overdue = now - timedelta(seconds=settings.RESEND_SECONDS)
    rows = model.objects.filter(state=State.QUEUED, next_at__lt=overdue)
    due = list(rows.order_by("next_at").values_list("pk", flat=True)[:BATCH])
    model.objects.filter(pk__in=due, state=State.QUEUED).update(next_at=now)
    for pk in due:
        enqueue(task, **{name: str(pk)})
    return len(due)


def _take_back(model: type[Kind], *, now: datetime) -> int:
    stale = list(model.objects.filter(state=State.RUNNING, lease_until__lt=now)[:BATCH])
    return sum(_lose(model, row, now=now) for row in stale)


@transaction.atomic
def _lose(model: type[Kind], row: Kind, *, now: datetime) -> int:
    held = model.objects.filter(
        pk=row.pk, state=State.RUNNING, attempt=row.attempt, lease_until__lt=now
    )
    if getattr(row, "is_cancelling", False):
        return held.update(state=State.CANCELLED, finished_at=now, lease_until=None)
    if row.attempt < limits.MAX_ATTEMPTS:
        return held.update(state=State.QUEUED, next_at=now, lease_until=None)
    message = "The worker stopped answering. Try it again."
    return held.update(state=State.FAILED, message=message, finished_at=now, lease_until=None)


def _remove(model: type[Kind], *, now: datetime) -> int:
    rows = model.objects.filter(expires_at__lt=now).exclude(state=State.RUNNING)
    old = list(rows.order_by("expires_at").only("pk", "rows_path")[:BATCH])
    keeping.forget([row.rows_path for row in old])
    model.objects.filter(pk__in=[row.pk for row in old]).exclude(state=State.RUNNING).delete()
    return len(old)


def _held(work: Work) -> QuerySet[Any]:
    """The row, as long as this attempt is the one that may write."""
    model: type[Preview] | type[Look] = Preview if isinstance(work, Preview) else Look
    return model.objects.filter(pk=work.pk, state=State.RUNNING, attempt=work.attempt)


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)
