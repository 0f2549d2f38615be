"""When transformations run by themselves, and which due times got no run."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.tones import Tone


class Schedule(models.Model):
    """When a transformation runs by itself in an environment: what its live pair says, as a row.

    `next_at` is the first due time that nobody has seen to. It is claimed by compare-and-set. Each
    claim looks at what is live; where that is another pair than the row was read from, the row
    follows first, so that no message has to arrive for it to be right.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        HELD = "held", "Paused"  # by a person: the hold on the component here
        STOPPED = "stopped", "Stopped"  # what is live is rejected
        NONE = "none", "No schedule"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    STANDING_STILL = (State.HELD, State.STOPPED)

    class CatchUp(models.TextChoices):
        LATEST = "latest", "the last one missed"
        ALL = "all", "each one missed"
        NONE = "none", "nothing"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transformation = models.ForeignKey(
        "pipelines.Transformation", on_delete=models.PROTECT, related_name="schedules"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="schedules"
    )
    channel = models.CharField(max_length=10, default="stable")
    state = models.CharField(max_length=8, choices=State, default=State.NONE)
    cron = models.TextField(blank=True)
    timezone = models.CharField(max_length=60, default="UTC")
    catch_up = models.CharField(max_length=8, choices=CatchUp, default=CatchUp.LATEST)
    parameters = models.JSONField(default=dict)  # with placeholders, see placeholders.py
    # The pair that all this was read from; null: not read yet
    release = models.ForeignKey(
        "deployments.Release", on_delete=models.PROTECT, null=True, related_name="+"
    )
    configuration = models.ForeignKey(
        "deployments.Configuration", on_delete=models.PROTECT, null=True, related_name="+"
    )
    since_at = models.DateTimeField()  # due times before it are none of this rhythm's
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)  # the newest due time that was seen to
    stood = models.CharField(max_length=8, choices=State, blank=True)  # why it is behind, if it is
    message = models.TextField(blank=True)  # why the last due time got no run, in words

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transformation", "environment", "channel"], name="schedule_once"
            ),
            models.CheckConstraint(
                condition=Q(state="none") | ~Q(cron=""), name="schedule_has_a_rhythm"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="active"), name="schedule_due"),
            models.Index(
                fields=["state"], condition=Q(state__in=("held", "stopped")), name="schedule_still"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transformation} in {self.environment}"


STATES: dict[Schedule.State, tuple[Tone, str]] = {
    Schedule.State.ACTIVE: ("good", "good"),
    Schedule.State.HELD: ("warn", "pause"),
    Schedule.State.STOPPED: ("bad", "ban"),
    Schedule.State.NONE: ("neutral", "neutral"),
}


class Omission(models.Model):
    """Due times in a row that got no run, and why: what catching up left out."""

    class Cause(models.TextChoices):
        DOWN = "down", "Slipway was down"
        HELD = "held", "It was paused"
        STOPPED = "stopped", "What was live was rejected"
        REFUSED = "refused", "The run was refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="omissions")
    cron = models.TextField()  # the rhythm of then
    timezone = models.CharField(max_length=60)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    cause = models.CharField(max_length=8, choices=Cause)
    message = models.TextField(blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "first_at"], name="omission_once"),
            models.CheckConstraint(
                condition=Q(last_at__gte=models.F("first_at")), name="omission_in_order"
            ),
        ]
        indexes = [models.Index(fields=["schedule", "-last_at"], name="omission_by_time")]
