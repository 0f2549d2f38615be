"""Templates of log lines: what a component says, how often, since when."""

from __future__ import annotations

from django.db import models

from observability.partitions.days import WARNING
from portal.ids import uuid7

TROUBLE = models.Q(level__gte=WARNING, merged_into=None)


class Pattern(models.Model):
    """A template of lines of one component at one level."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.TextField()
    level = models.PositiveSmallIntegerField()  # the least severity of it; see logs/levels.py
    template = models.TextField()  # "delivery to <*> refused"
    example = models.TextField()  # the first message of it
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="absorbed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component", "level", "template"], name="pattern_once_per_component"
            )
        ]
        indexes = [  # what was seen first when, of warnings and worse: marks on the axis of changes
            models.Index(fields=["-first_seen_at"], condition=TROUBLE, name="pattern_first"),
            models.Index(
                fields=["component", "-first_seen_at"],
                condition=TROUBLE,
                name="pattern_first_of_component",
            ),
        ]

    def __str__(self) -> str:
        return self.template


class PatternHour(models.Model):
    """How many lines of a pattern came in an hour, from where and of which version."""

    pk = models.CompositePrimaryKey("pattern_id", "hour", "environment", "version")
    pattern = models.ForeignKey(
        Pattern,  # not held by the database: a count is no reason to refuse lines
        on_delete=models.CASCADE,
        related_name="hours",
        db_index=False,
        db_constraint=False,
    )
    hour = models.DateTimeField()
    environment = models.TextField()
    version = models.TextField()
    lines = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["hour"], name="pattern_hour_by_hour")]
