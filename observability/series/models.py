"""The built-in store of metrics: series, and their points in a table for each class and day.

Points are managed by SQL (migration 0017), as log lines are.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Series(models.Model):
    """Points of one metric with the same labels; `id` is a digest of what it is."""

    id = models.UUIDField(primary_key=True, editable=False)
    component = models.TextField()
    environment = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    is_delta = models.BooleanField()
    is_monotonic = models.BooleanField()
    labels = models.JSONField()
    unit = models.TextField()
    description = models.TextField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()  # to the hour

    class Meta:
        indexes = [
            models.Index(fields=["component", "name"], name="series_by_metric"),
            models.Index(fields=["component", "last_seen_at"], name="series_by_component"),
            models.Index(fields=["last_seen_at"], name="series_by_time"),
        ]


class Point(models.Model):
    """What a series said at an instant; see stores.base.Point."""

    pk = models.CompositePrimaryKey("series_id", "at")
    keep = models.PositiveSmallIntegerField()
    series_id = models.UUIDField()
    at = models.DateTimeField()
    began = models.DateTimeField(null=True)
    value = models.FloatField()
    count = models.BigIntegerField()
    bounds = ArrayField(models.FloatField(), null=True)
    counts = ArrayField(models.FloatField(), null=True)
    exemplars = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "observability_point"
