"""Which processes work: a row each, written anew every few seconds by the process itself.

And what keeps them from taking work: a queue that is paused, a process that is drained.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7


class Heartbeat(models.Model):
    """A process that was heard of. No index holds what changes, so that a beat rewrites no index.

    `name` is machine and process, as attempts show their workers: "vm:4711".
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    process = models.CharField(max_length=40)  # control, runs, deliveries, zygote, beat
    queues = models.JSONField(default=list)
    slots = models.PositiveSmallIntegerField(default=0)  # threads that work
    memory = models.BigIntegerField(null=True)  # bytes that it holds
    takes_work = models.BooleanField(default=True, db_default=True)  # else it was told to drain
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} ({self.name})"


class Stop(models.Model):
    """What somebody keeps from being worked on, since when and why. Kept when it is over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reason = models.TextField()
    since_at = models.DateTimeField()
    by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    over_at = models.DateTimeField(null=True)
    over_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def words(self) -> str:
        """ "Paused by Priya Raman since 14:02 UTC: The warehouse is full." """
        since = f"{self.since_at:%d %B %H:%M}".lstrip("0")
        return f"{self.verb} by {self.by.full_name} since {since} UTC: {self.reason}"

    verb = "Stopped"


class Pause(Stop):
    """Nothing of this queue is claimed while it stands."""

    verb = "Paused"

    queue = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue"], condition=Q(over_at=None), name="pause_once_a_queue"
            )
        ]

    def __str__(self) -> str:
        return self.queue


class Drain(Stop):
    """This process takes nothing new. It ends with the process: one that starts anew is another."""

    verb = "Drained"

    worker = models.CharField(max_length=120)  # the name of its heartbeat

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=Q(over_at=None), name="drain_once_a_worker"
            )
        ]

    def __str__(self) -> str:
        return self.worker
