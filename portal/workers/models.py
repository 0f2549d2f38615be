"""Which processes work: a row each, written anew every few seconds by the process itself."""

from __future__ import annotations

from django.db import models

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
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} ({self.name})"
