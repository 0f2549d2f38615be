"""Queries that a team keeps on the page of a component's health."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class PinnedQuery(models.Model):
    """A query in Prometheus' language with a name and a unit; drawn as a chart."""

    class Store(models.TextChoices):
        BUILT_IN = "built_in", "Metrics sent to Slipway"
        PROMETHEUS = "prometheus", "Prometheus"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component",
        on_delete=models.PROTECT,
        related_name="pinned_queries",
        db_index=False,  # pinned_query_once begins with it
    )
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=20, blank=True)
    store = models.CharField(max_length=12, choices=Store)
    query = models.TextField()
    position = models.PositiveSmallIntegerField()
    changed_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "pinned queries"
        constraints = [
            models.UniqueConstraint(fields=["component", "name"], name="pinned_query_once")
        ]

    def __str__(self) -> str:
        return self.name
