"""Who was seen to call whom, how often, how it went and how long it took."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class ObservedEdge(models.Model):
    """Calls from one thing to another in one environment; names as spans say them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caller_kind = models.CharField(max_length=16)
    caller = models.CharField(max_length=120)
    callee_kind = models.CharField(max_length=16)
    callee = models.CharField(max_length=120)
    environment = models.CharField(max_length=120)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # Of some call that was the last one when it was looked at: what to open
    trace_id = models.UUIDField(null=True)
    failed_trace_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller_kind", "caller", "callee_kind", "callee", "environment"],
                name="observed_edge_once",
            )
        ]
        indexes = [
            models.Index(fields=["callee_kind", "callee"], name="observed_edge_by_callee"),
            models.Index(fields=["last_seen_at"], name="observed_edge_by_age"),
        ]


class EdgeSum(models.Model):
    """What went along an edge in an hour, or in a day. `total` in microseconds.

    `buckets`: number of the bucket (see traces/durations.py) -> calls.
    """

    class Span(models.TextChoices):
        HOUR = "hour", "Hour"
        DAY = "day", "Day"

    pk = models.CompositePrimaryKey("edge_id", "span", "begins_at")
    edge = models.ForeignKey(
        ObservedEdge, on_delete=models.CASCADE, related_name="sums", db_index=False
    )
    span = models.CharField(max_length=4, choices=Span)
    begins_at = models.DateTimeField()
    calls = models.BigIntegerField()
    errors = models.BigIntegerField()
    timed = models.BigIntegerField()  # calls of which somebody said how long they took
    total = models.BigIntegerField()
    buckets = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["span", "begins_at"], name="edge_sum_by_time")]


class SpanHalf(models.Model):
    """A span that may be one half of a call, remembered while its other half may still come.

    `counted`: the calls that it counts for now, as they were added, so that they can be taken back.
    """

    pk = models.CompositePrimaryKey("trace_id", "span_id", "kind")
    trace_id = models.UUIDField()
    span_id = models.CharField(max_length=16)
    kind = models.PositiveSmallIntegerField()
    parent_id = models.CharField(max_length=16)
    service = models.CharField(max_length=120)
    environment = models.CharField(max_length=120)
    at = models.DateTimeField()
    duration = models.BigIntegerField()
    is_error = models.BooleanField()
    peer_kind = models.CharField(max_length=16)
    peer = models.CharField(max_length=120)
    is_uncounted = models.BooleanField()
    counted = models.JSONField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "span halves"
        indexes = [models.Index(fields=["seen_at"], name="span_half_by_age")]


class MapProgress(models.Model):
    """Up to which span the map has looked. One row; who holds it does the looking."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    upto = models.UUIDField()  # identity of a stored span
    looked_at = models.DateTimeField()
    left_out = models.BigIntegerField(default=0)  # spans of traces that were too large
    skipped_from = models.DateTimeField(null=True)  # the last time that was jumped over
    skipped_to = models.DateTimeField(null=True)
