"""What people say about deployments, and which releases reached a client first when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
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


class Soiled(models.Model):
    """A place about which something has changed since it was judged. Triggers write it.

    Rows are added only, so that nobody waits for anybody: whoever judges takes them away.
    """

    id = models.BigAutoField(primary_key=True)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "soiled"
        indexes = [models.Index(fields=["environment", "component"], name="soiled_by_place")]


class JudgedPlace(models.Model):
    """A component in an environment that was judged, and since when something was live there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=60)
    first_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "component"], name="judged_place_once")
        ]


class KeptVerdict(models.Model):
    """What became of a deployment, as it was judged last; see judging.py for what it means."""

    change = models.OneToOneField(
        "observability.Change", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=60)
    at = models.DateTimeField()
    failed = models.CharField(max_length=60, blank=True)
    is_rework = models.BooleanField()
    is_baseline = models.BooleanField()
    brought = models.PositiveIntegerField()
    leads = ArrayField(models.FloatField())
    deliveries = ArrayField(models.FloatField())
    undelivered = models.PositiveIntegerField()
    undated = models.PositiveIntegerField()
    skewed = models.PositiveIntegerField()
    recovery = models.FloatField(null=True)
    restored_by = models.CharField(max_length=36, blank=True)
    said = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["environment", "-at", "-change"], name="verdict_by_place"),
            models.Index(
                fields=["component", "environment", "-at", "-change"], name="verdict_by_component"
            ),
            models.Index(
                fields=["environment", "-at", "-change"],
                condition=~Q(failed="") | Q(is_rework=True) | ~Q(said=""),
                name="verdict_unusual",
            ),
        ]


class FigureSum(models.Model):
    """What adds up of a component in an environment over a day or a month of UTC; see totals.py."""

    class Span(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=60)
    span = models.CharField(max_length=5, choices=Span)
    begins_on = models.DateField()
    deployments = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    rework = models.PositiveIntegerField()
    undelivered = models.PositiveIntegerField()
    baselines = models.PositiveIntegerField()
    undated = models.PositiveIntegerField()
    skewed = models.PositiveIntegerField()
    never_live = models.PositiveIntegerField()
    leads = models.BinaryField()  # doubles of this machine, one after the other
    slowest = models.BinaryField()
    middle = models.BinaryField()
    recoveries = models.BinaryField()
    deliveries = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "span", "begins_on", "component"], name="figure_sum_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["component", "environment", "span", "begins_on"], name="sum_by_component"
            )
        ]
