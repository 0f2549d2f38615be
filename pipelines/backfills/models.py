"""Runs over a range of due times: asked for once, started one after the other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.numbers import NextNumber
from portal.tones import Tone


class Backfill(models.Model):
    """A range of due times of one transformation in one environment, with what to do about each."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    class Which(models.TextChoices):
        MISSING = "missing", "Those without a run"
        FAILED = "failed", "Those without a good run"
        ALL = "all", "All of them, good ones again too"

    UNFINISHED = (State.RUNNING, State.PAUSED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("pipelines_backfill_number")
    )
    transformation = models.ForeignKey(
        "pipelines.Transformation", on_delete=models.PROTECT, related_name="backfills"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=10, default="stable")
    # Which due times: those of a rhythm between two instants, both included
    cron = models.TextField()
    timezone = models.CharField(max_length=60)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    which = models.CharField(max_length=8, choices=Which, default=Which.FAILED)
    is_newest_first = models.BooleanField(default=False)
    parameters = models.JSONField(default=dict)  # with placeholders, as a schedule's
    is_delivering = models.BooleanField(default=True)  # else results are staged and stay there
    concurrency = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    message = models.TextField(blank=True)  # why it stands where it stands, in words
    failures = models.PositiveSmallIntegerField(default=0)  # in a row, since someone let it go on
    # How far it is: parts in all, and how those that have ended did
    total = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    plan = models.JSONField(default=dict)  # as it was shown to the person who asked
    reason = models.TextField(blank=True)
    requested_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(concurrency__gte=1), name="backfill_does_something"),
            models.CheckConstraint(
                condition=Q(end_at__gte=models.F("start_at")), name="backfill_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="running"), name="backfill_running"),
            models.Index(fields=["transformation", "-id"], name="backfill_by_transformation"),
        ]

    def __str__(self) -> str:
        return f"backfill {self.number}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def left(self) -> int:
        """Due times that have not ended yet."""
        return max(0, self.total - self.good - self.bad)

    @property
    def path(self) -> str:
        """Its page."""
        return f"/backfills/{self.number}/"


STATES: dict[Backfill.State, tuple[Tone, str]] = {
    Backfill.State.RUNNING: ("running", "running"),
    Backfill.State.PAUSED: ("warn", "pause"),
    Backfill.State.DONE: ("good", "good"),
    Backfill.State.CANCELLED: ("neutral", "neutral"),
}


class Part(models.Model):
    """One due time of a backfill and the run that it became."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        STARTED = "started", "Running"
        DONE = "done", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

        @property
        def tone(self) -> Tone:
            return PART_STATES[self][0]

        @property
        def icon(self) -> str:
            return PART_STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    backfill = models.ForeignKey(Backfill, on_delete=models.CASCADE, related_name="parts")
    logical_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    run = models.ForeignKey("pipelines.Run", on_delete=models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["backfill", "logical_at"], name="part_once"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "cancelled")) | ~Q(run=None),
                name="part_has_its_run",
            ),
        ]
        indexes = [
            models.Index(
                fields=["backfill", "logical_at"],
                condition=Q(state__in=("waiting", "started")),
                name="part_open",
            )
        ]


PART_STATES: dict[Part.State, tuple[Tone, str]] = {
    Part.State.WAITING: ("neutral", "waiting"),
    Part.State.STARTED: ("running", "running"),
    Part.State.DONE: ("good", "good"),
    Part.State.FAILED: ("bad", "bad"),
    Part.State.CANCELLED: ("neutral", "neutral"),
}
