"""What people say about deployments, and which releases reached a client first when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from observability.dora.history import Said
from portal.ids import uuid7


class Reclassification(models.Model):
    """A person's word about a deployment, with a reason; it goes before what the records say."""

    class What(models.TextChoices):
        NOT_A_FAILURE = Said.NOT_A_FAILURE.value, "It was no failure"
        FAILURE = Said.FAILURE.value, "It was a failure"
        NOT_CAUSED_BY_A_CHANGE = Said.NOT_CAUSED_BY_A_CHANGE.value, "Not caused by a change"
        PLANNED = Said.PLANNED.value, "It was planned"
        UNPLANNED = Said.UNPLANNED.value, "It was not planned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(
        "observability.Change", on_delete=models.CASCADE, related_name="reclassifications"
    )
    what = models.CharField(max_length=24, choices=What)
    reason = models.TextField()
    said_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change"], condition=Q(taken_back_at=None), name="reclassified_once"
            )
        ]

    @property
    def component(self) -> object:
        return self.change.component


class FirstDelivery(models.Model):
    """When a release first reached a client from a production environment, told from above.

    Withdrawn while its content is rejected: what was delivered was not right.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=60)
    release = models.PositiveIntegerField()
    delivered_at = models.DateTimeField()
    url = models.CharField(max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "first deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["component", "environment", "release"], name="first_delivery_once"
            )
        ]
        indexes = [
            models.Index(fields=["environment", "delivered_at"], name="first_delivery_by_time")
        ]
