"""What is there: components with their owners, and what they depend on."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7
from portal.names import slug_validator


class Component(models.Model):
    """A thing that a team answers for. The owner is responsible; owning authorises nothing else."""

    class Kind(models.TextChoices):
        TRANSFORMATION = "transformation", "Transformation"
        SERVICE = "service", "Service"
        LIBRARY = "library", "Library"
        RESOURCE = "resource", "Resource"
        API = "api", "API"

    class Lifecycle(models.TextChoices):
        EXPERIMENTAL = "experimental", "Experimental"
        PRODUCTION = "production", "Production"
        DEPRECATED = "deprecated", "Deprecated"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="components")
    tier = models.PositiveSmallIntegerField(default=3)
    lifecycle = models.CharField(max_length=16, choices=Lifecycle, default=Lifecycle.EXPERIMENTAL)
    sunset_on = models.DateField(null=True)
    replacement = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    links = models.JSONField(default=list)  # [{title, url, kind}]
    created_at = models.DateTimeField()
    # Since when it was seen to send telemetry before anyone had registered it
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tier__range=(1, 4)), name="component_tier_1_to_4"
            )
        ]
        indexes = [models.Index(fields=["team", "name"], name="component_by_team")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unowned(self) -> bool:
        """It was seen, and no team answers for it yet."""
        return self.team.is_nobody


class Dependency(models.Model):
    """A component reads from or feeds a thing, as declared or as observed; both are kept."""

    class Direction(models.TextChoices):
        READS = "reads", "Reads"
        FEEDS = "feeds", "Feeds"

    class Source(models.TextChoices):
        DECLARED = "declared", "Declared"
        OBSERVED = "observed", "Observed"
        FILE = "file", "Declared in a file of the catalog"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="dependencies")
    direction = models.CharField(max_length=8, choices=Direction)
    kind = models.CharField(max_length=16)  # connection, client, component
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=8, choices=Source)
    since_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["component", "direction", "kind", "name", "source"], name="dependency_once"
            )
        ]
        indexes = [models.Index(fields=["kind", "name"], name="dependency_by_thing")]
