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
    pattern = models.UUIDField(null=True)  # observability.patterns.models.Pattern

    class Meta:
        managed = False
        db_table = "observability_logrecord"


class LogMinute(models.Model):
    """How many lines came in a minute: what histograms are drawn from."""

    pk = models.CompositePrimaryKey("component", "minute", "environment", "level")
    component = models.TextField()
    minute = models.DateTimeField()
    environment = models.TextField()
    level = models.PositiveSmallIntegerField()  # the least severity of it; see levels.py
    lines = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["minute"], name="log_minute_by_minute")]


class SavedSearch(models.Model):
    """A query with its time that someone comes back to; a team may share it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    span = models.CharField(max_length=8)  # see spans.PRESETS
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_search_once_a_person")
        ]

    def __str__(self) -> str:
        return self.name
