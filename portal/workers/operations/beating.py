"""What processes write about themselves: here, and gone. Done by nobody, so not in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from portal.durability import commit_without_waiting
from portal.workers.models import Heartbeat

FORGOTTEN = timedelta(days=1)


@transaction.atomic
def beat(
    *,
    name: str,
    process: str,
    started_at: datetime,
    now: datetime,
    queues: Sequence[str] = (),
    slots: int = 0,
    memory: int | None = None,
    takes_work: bool = True,
) -> None:
    """The process lives. One statement, whether it was heard of before or not."""
    commit_without_waiting()  # the next beat makes up for one that a crash undoes
    row = Heartbeat(
        name=name,
        process=process,
        queues=list(queues),
        slots=slots,
        memory=memory,
        takes_work=takes_work,
        started_at=started_at,
        seen_at=now,
    )
    Heartbeat.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=[
            *("process", "queues", "slots", "memory", "takes_work", "seen_at"),
            # Several tell of the sandbox, each with its own beginning: there the first one stands.
            *(("started_at",) if queues else ()),
        ],
    )


def leave(*, name: str) -> None:
    """The process ends as it was asked to: nobody need look for it."""
    Heartbeat.objects.filter(name=name).delete()


def forget(*, now: datetime) -> int:
    """Processes that were not heard of for a day are history. How many."""
    gone, _ = Heartbeat.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    return gone
