"""Which queues are paused: asked by whoever claims work, and by pages on which work waits."""

from __future__ import annotations

from django.db.models import Exists, Q

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
    heard = Heartbeat.objects.values("name")
    found = Drain.objects.filter(over_at=None, worker__in=heard).select_related("by")
    return {drain.worker: drain for drain in found}


def is_to_drain(worker: str) -> bool:
    """What a process asks with each beat."""
    return Drain.objects.filter(worker=worker, over_at=None).exists()
