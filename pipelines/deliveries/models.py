"""What was sent to whom, from which run, by which version; and what stands where now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pipelines.connections import hooks
from portal.ids import uuid7
from portal.numbers import NextNumber
from portal.tones import Tone


class Delivery(models.Model):
    """One result on its way to one client. Delivering again adds a revision, with a reason."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        HELD = "held", "Held"  # its release was rejected
        SUPERSEDED = "superseded", "Superseded"  # never sent: something newer stands there
        UNBOUND = "unbound", "Not delivered here"  # the destination has no binding here
        CANCELLED = "cancelled", "Cancelled"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    UNFINISHED = (State.QUEUED, State.SENDING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("pipelines_delivery_number")
    )
    run = models.ForeignKey(
        "pipelines.Run",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,  # delivery_once begins with it
    )
    # The run's, said here too: what stands last of each product is read out of one index.
    # Empty in rows of the release before, which is left to write beside this one.
    transformation = models.ForeignKey(
        "pipelines.Transformation",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    name = models.CharField(max_length=130)  # "acme-travel/acme-drop": which delivery of the file
    revision = models.PositiveIntegerField()
    client = models.ForeignKey(
        "pipelines.Client",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,  # delivery_by_client begins with it
    )
    destination = models.ForeignKey(
        "pipelines.Destination",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,  # delivery_by_product begins with it
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    format = models.CharField(max_length=10)  # parquet, csv, jsonl, table
    # Inside the destination, parameters filled in; a table as schema.name; "" for an event
    path = models.CharField(max_length=400, blank=True)
    mode = models.CharField(max_length=10, blank=True)  # of a table: replace, upsert
    result_path = models.CharField(max_length=400)  # which staged result
    result_checksum = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State)
    message = models.TextField(blank=True)
    attempt = models.PositiveIntegerField(default=0)  # the fence
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    # Where it comes from
    version = models.ForeignKey("pipelines.Version", on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey("deployments.Release", on_delete=models.PROTECT, related_name="+")
    deployment = models.ForeignKey(
        "deployments.Deployment",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # delivery_by_deployment begins with it
    )
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="+")
    trace_id = models.CharField(max_length=32)
    span_id = models.CharField(max_length=16, blank=True, db_default="", default="")  # it began in
    requested_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    # What came of it
    location = models.CharField(max_length=900, blank=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    checksum = models.CharField(max_length=80, blank=True)
    delivered_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces"
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["run", "name", "revision"], name="delivery_once")
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="delivery_due"),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="delivery_leased"
            ),
            models.Index(fields=["next_at"], condition=Q(state="held"), name="delivery_to_clear"),
            models.Index(fields=["client", "-id"], name="delivery_by_client"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=("failed", "held")),
                name="delivery_unwell",
            ),
            models.Index(
                fields=["client", "-id"],
                condition=Q(state__in=("failed", "held")),
                name="delivery_trouble_by_client",
            ),
            models.Index(
                fields=["destination", "transformation", "environment", "id"],
                name="delivery_by_product",
            ),
            models.Index(
                fields=["destination", "transformation", "environment", "id"],
                condition=Q(state="delivered"),
                name="delivery_good_by_product",
            ),
            models.Index(fields=["deployment", "-id"], name="delivery_by_deployment"),
            models.Index(fields=["transformation", "-id"], name="delivery_by_transformation"),
            models.Index(
                fields=["state", "-id"], condition=~Q(state="delivered"), name="delivery_unusual"
            ),
            models.Index(
                fields=["release"],
                condition=Q(state__in=("queued", "sending", "held")),
                name="delivery_open_by_release",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.number}"

    @property
    def where(self) -> str:
        """`location` for everyone: rows of earlier releases hold the path of a webhook."""
        return hooks.shown(self.location)


STATES: dict[Delivery.State, tuple[Tone, str]] = {
    Delivery.State.QUEUED: ("neutral", "waiting"),
    Delivery.State.SENDING: ("running", "running"),
    Delivery.State.DELIVERED: ("good", "good"),
    Delivery.State.FAILED: ("bad", "bad"),
    Delivery.State.HELD: ("warn", "ban"),
    Delivery.State.SUPERSEDED: ("neutral", "undo"),
    Delivery.State.UNBOUND: ("neutral", "neutral"),
    Delivery.State.CANCELLED: ("neutral", "neutral"),
}


class DeliveryAttempt(models.Model):
    """One try at a delivery. Kept, never overwritten."""

    class State(models.TextChoices):
        SENDING = "sending", "Sending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"  # fenced off: rejected, superseded or taken over meanwhile
        LOST = "lost", "Worker lost"

        @property
        def tone(self) -> Tone:
            return ATTEMPT_STATES[self][0]

        @property
        def icon(self) -> str:
            return ATTEMPT_STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.SENDING)
    message = models.TextField(blank=True)
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # What a receiver that answers said
    left_at = models.DateTimeField(null=True)  # whole on its way; how it ended may stay unknown
    status_code = models.PositiveSmallIntegerField(null=True)
    answered_in = models.FloatField(null=True)  # seconds
    excerpt = models.CharField(max_length=300, blank=True)  # masked

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="delivery_attempt_once")
        ]


ATTEMPT_STATES: dict[DeliveryAttempt.State, tuple[Tone, str]] = {
    DeliveryAttempt.State.SENDING: ("running", "running"),
    DeliveryAttempt.State.DELIVERED: ("good", "good"),
    DeliveryAttempt.State.FAILED: ("bad", "bad"),
    DeliveryAttempt.State.STOPPED: ("neutral", "ban"),
    DeliveryAttempt.State.LOST: ("warn", "warn"),
}


class Place(models.Model):
    """One address at a destination and what stands there: nothing older may overwrite it.

    `rank` orders occupants: the run's instant, then its identity, then the revision.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    destination = models.ForeignKey(
        "pipelines.Destination", on_delete=models.PROTECT, related_name="places"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=400)
    rank = models.CharField(max_length=80, blank=True)
    delivery = models.OneToOneField(
        Delivery, on_delete=models.PROTECT, null=True, related_name="place"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "environment", "path"], name="place_once"
            )
        ]


class Circuit(models.Model):
    """How a destination fares in an environment. Open: others wait while one tries now and then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    destination = models.ForeignKey(
        "pipelines.Destination", on_delete=models.CASCADE, related_name="circuits"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    failures = models.PositiveIntegerField(default=0)  # one after the other
    opened_at = models.DateTimeField(null=True)
    tries_at = models.DateTimeField(null=True)  # when the next one may try
    message = models.TextField(blank=True)  # why the last one failed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["destination", "environment"], name="circuit_once")
        ]

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None
