"""Which queues are paused: asked by whoever claims work, and by pages on which work waits."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.workers.models import Drain, Heartbeat, Pause


def flowing(queue: str) -> Q:
    """Rows may be claimed: nobody has paused this queue. Part of the claim's own question.

    Whoever claimed in the same instant as the pause goes on with what they have.
    """
    return Q(~Exists(Pause.objects.filter(queue=queue, over_at=None)))


def is_flowing(queue: str) -> bool:
    """For what is no row: a tick that works on its queue."""
    return not Pause.objects.filter(queue=queue, over_at=None).exists()


def standing() -> dict[str, Pause]:
    """Each queue that is paused now; one query over as many rows as there are queues."""
    found = Pause.objects.filter(over_at=None).select_related("by")
    return {pause.queue: pause for pause in found}


def drained() -> dict[str, Drain]:
    """Processes that are heard of and were told to take nothing new, by name."""
    heard = Heartbeat.objects.filter(name=OuterRef("worker"), started_at__lte=OuterRef("since_at"))
    found = Drain.objects.filter(Exists(heard), over_at=None).select_related("by")
    return {drain.worker: drain for drain in found}


def drains(worker: str | OuterRef, started_at: datetime | OuterRef) -> QuerySet[Drain]:
    """What was said to this process, and not to one before it: in containers names come again."""
    return Drain.objects.filter(worker=worker, over_at=None, since_at__gte=started_at)


def is_to_drain(worker: str, started_at: datetime) -> bool:
    """What a process asks with each beat."""
    return drains(worker, started_at).exists()
