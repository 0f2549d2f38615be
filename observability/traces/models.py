"""The built-in store of spans: a table for each class of keeping and each day.

Managed by SQL (migration 0003), as log lines are.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.ids import uuid7


class Span(models.Model):
    """One operation of one service inside a trace."""

    class Kind(models.IntegerChoices):
        UNSPECIFIED = 0, "Unspecified"
        INTERNAL = 1, "Internal"
        SERVER = 2, "Server"
        CLIENT = 3, "Client"
        PRODUCER = 4, "Producer"
        CONSUMER = 5, "Consumer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    keep = models.PositiveSmallIntegerField()
    at = models.DateTimeField()  # when it began
    duration = models.BigIntegerField()  # nanoseconds
    trace_id = models.UUIDField()
    span_id = models.TextField()
    parent_id = models.TextField(null=True)  # noqa: DJ001 - absent: the root
    component = models.TextField()
    environment = models.TextField()
    version = models.TextField()
    name = models.TextField()
    kind = models.PositiveSmallIntegerField(choices=Kind)
    is_error = models.BooleanField()
    message = models.TextField()  # of the status
    attributes = models.JSONField()
    events = models.JSONField()  # [{at, name, attributes}]
    links = models.JSONField()  # [{trace_id, span_id}]
    run_id = models.UUIDField(null=True)
    deployment_id = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "observability_span"


class SpanVolume(models.Model):
    """How many spans began work of a component in a step of time, by how long they took.

    Written with the spans, in steps of a minute, ten minutes, an hour and six hours: what health
    is drawn from. See stores/volumes.py.
    """

    pk = models.CompositePrimaryKey("component", "step", "at", "environment", "name")
    component = models.TextField()
    step = models.PositiveSmallIntegerField()  # seconds
    at = models.DateTimeField()  # when it began
    environment = models.TextField()
    name = models.TextField()  # of the operation
    spans = models.PositiveBigIntegerField()
    errors = models.PositiveBigIntegerField()
    nanoseconds = models.DecimalField(max_digits=30, decimal_places=0)  # of all of them
    buckets = ArrayField(models.BigIntegerField())  # a histogram: see stores/volumes.py

    class Meta:
        indexes = [models.Index(fields=["step", "at"], name="span_volume_by_step")]
