"""What each process sent of itself, and what it had to drop."""

from __future__ import annotations

from django.db import models

from observability.instrumentation.tally import Tally
from portal.ids import uuid7


class Outlet(models.Model):
    """A process that tells of its work. Written by itself, at most every few seconds.

    The counts are since it started; `message` is why the last batch was not taken, "" where it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)  # machine and process: "vm:4711"
    process = models.CharField(max_length=40)
    spans = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    dropped_spans = models.BigIntegerField(default=0)
    dropped_lines = models.BigIntegerField(default=0)
    message = models.TextField(blank=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} ({self.name})"

    @property
    def counted(self) -> Tally:
        return Tally(self.spans, self.lines, self.dropped_spans, self.dropped_lines)


class OutletSum(models.Model):
    """What all processes of a kind ever sent and dropped, those that ended too. One row a kind."""

    process = models.CharField(max_length=40, primary_key=True)
    spans = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    dropped_spans = models.BigIntegerField(default=0)
    dropped_lines = models.BigIntegerField(default=0)

    @property
    def counted(self) -> Tally:
        return Tally(self.spans, self.lines, self.dropped_spans, self.dropped_lines)
