"""Whose turn it is: which sources are due, who reads one, and how a look ends.

PostgreSQL decides: an attempt's number fences off a worker that comes late.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, When

from portal.background import enqueue
from portal.entities.following import READER
from portal.entities.models import CatalogSource
from portal.entities.operations.sources import WORK
from portal.outbound.git import GitError
from portal.workers import pauses

LEASE = timedelta(minutes=5)  # longer than a batch of one large file takes
QUEUE = "figures"
TRIES = 3
AT_ONCE = 50  # sources that one sweep sends
State = CatalogSource.State


def sweep(*, now: datetime) -> None:
    """Send what is due, and what a worker that died held. A file that was sent is due once."""
    is_waiting = Q(state__in=(State.QUEUED, State.RUNNING)) | Q(kind=CatalogSource.Kind.GIT)
    due = CatalogSource.objects.filter(is_waiting, next_at__lte=now, disabled_at=None)
    for pk in due.order_by("next_at").values_list("pk", flat=True)[:AT_ONCE]:
        enqueue(WORK, source_id=str(pk))


def claim(source_id: str, now: datetime) -> CatalogSource | None:
    """With another attempt's number, which is the fence: a late worker's writes hit nothing.

    An attempt that never ended counts as one that failed: what breaks workers ends, too.
    """
    rows = CatalogSource.objects.filter(
        pauses.flowing(QUEUE),
        ~Q(state=State.RUNNING) | Q(lease_until__lte=now),
        pk=source_id,
        next_at__lte=now,
        disabled_at=None,
    )
    claimed = rows.update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        tries=F("tries") + Case(When(state=State.RUNNING, then=1), default=0),
        lease_until=now + LEASE,
        next_at=now + LEASE,
        message="Looking at it.",
        files_done=0,
        files_found=0,
        entities_read=0,
    )
    if not claimed:
        return None
    held = CatalogSource.objects.select_related("team", "created_by").get(pk=source_id)
    if held.tries >= TRIES:
        failed(held, GitError(f"It was begun {TRIES} times, and no time to its end."), now)
        return None
    return held


def mine(held: CatalogSource) -> Q:
    """The row, as long as this attempt holds it."""
    return Q(pk=held.pk, attempt=held.attempt, state=State.RUNNING)


def end(held: CatalogSource, message: str, commit: str, now: datetime) -> None:
    """It was read; asked for meanwhile, it is read once more."""
    with transaction.atomic():
        current = CatalogSource.objects.select_for_update().filter(mine(held)).first()
        if current is None:
            return
        again = current.is_wanted_again
        CatalogSource.objects.filter(mine(held)).update(
            state=State.QUEUED if again else State.IDLE,
            message=message[:400],
            commit=commit,
            reader=READER,
            looked_at=now,
            tries=0,
            lease_until=None,
            is_asked=again,
            is_wanted_again=False,
            next_at=now if again else now + timedelta(minutes=held.every_minutes),
        )
        if again:
            enqueue(WORK, source_id=str(held.pk))


def failed(held: CatalogSource, error: GitError, now: datetime) -> None:
    """What passes is tried again soon; what does not, at its next time."""
    is_over = error.is_final or held.tries + 1 >= TRIES
    wait = timedelta(minutes=held.every_minutes)
    CatalogSource.objects.filter(mine(held)).update(
        state=State.FAILED if is_over else State.QUEUED,
        message=(error.message if is_over else f"{error.message} It is tried again.")[:400],
        tries=0 if is_over else F("tries") + 1,
        lease_until=None,
        is_wanted_again=False,
        next_at=now + (wait if is_over else timedelta(seconds=20 * (held.tries + 1))),
    )
