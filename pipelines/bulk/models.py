"""One verb for many runs or deliveries: the list that was agreed to, and what became of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.tones import Tone


class BulkAction(models.Model):
    """A list that somebody has seen, worked off by a worker, piece by piece.

    `attempt` is the fence: whoever holds an older number does nothing more.
    """

    class Verb(models.TextChoices):
        RUN_CANCEL = "run.cancel", "Cancel runs"
        RUN_AGAIN = "run.again", "Run again"
        DELIVERY_CANCEL = "delivery.cancel", "Cancel deliveries"
        DELIVERY_AGAIN = "delivery.again", "Deliver again"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verb = models.CharField(max_length=20, choices=Verb)
    selection = models.JSONField()  # what was asked for: {"component": "…", "team": "…"}
    digest = models.CharField(max_length=64)  # of the list that was seen
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-id"], condition=Q(state__in=("queued", "running")), name="bulk_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display().lower()}, {self.total}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def worked(self) -> int:
        return self.done + self.refused

    @property
    def left(self) -> int:
        return self.total - self.done - self.refused


STATES: dict[BulkAction.State, tuple[Tone, str]] = {
    BulkAction.State.QUEUED: ("neutral", "waiting"),
    BulkAction.State.RUNNING: ("running", "running"),
    BulkAction.State.DONE: ("good", "good"),
    BulkAction.State.STOPPED: ("warn", "ban"),
}


class BulkItem(models.Model):
    """One run or delivery of the list, in its order, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        LEFT = "left", "Left as it was"

        @property
        def tone(self) -> Tone:
            return ITEM_STATES[self][0]

        @property
        def icon(self) -> str:
            return ITEM_STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    action = models.ForeignKey(
        BulkAction, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    order = models.PositiveIntegerField()
    run = models.ForeignKey(
        "pipelines.Run", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    delivery = models.ForeignKey(
        "pipelines.Delivery", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    title = models.CharField(max_length=300)
    team = models.CharField(max_length=60)
    client = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    message = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "order"], name="bulk_item_once"),
            models.CheckConstraint(
                condition=Q(run=None) ^ Q(delivery=None), name="bulk_item_is_one_thing"
            ),
        ]


ITEM_STATES: dict[BulkItem.State, tuple[Tone, str]] = {
    BulkItem.State.WAITING: ("neutral", "waiting"),
    BulkItem.State.DONE: ("good", "good"),
    BulkItem.State.REFUSED: ("warn", "ban"),
    BulkItem.State.LEFT: ("neutral", "neutral"),
}
