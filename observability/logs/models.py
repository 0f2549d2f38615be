"""The built-in store of log lines: a table for each class of keeping and each day.

Managed by SQL (migration 0003): Django neither knows partitions nor makes them.
"""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class LogRecord(models.Model):
    """A line that a service or the portal itself wrote, with the keys that tie it to the rest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    keep = models.PositiveSmallIntegerField()  # observability.partitions.days.Keep
    at = models.DateTimeField()
    component = models.TextField()  # service.name; a component's name where one is called so
    environment = models.TextField()
    version = models.TextField()
    severity = models.PositiveSmallIntegerField()  # OpenTelemetry's number, 1 to 24; 0 unknown
    message = models.TextField()
    attributes = models.JSONField()
    trace_id = models.UUIDField(null=True)
    span_id = models.TextField(null=True)  # noqa: DJ001 - absent is not empty: none was sent
    run_id = models.UUIDField(null=True)
    deployment_id = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "observability_logrecord"
