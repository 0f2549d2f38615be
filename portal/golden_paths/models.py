"""Golden paths with their versions, and what was started with them: durable steps and attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.names import slug_validator
from portal.numbers import NextNumber

if TYPE_CHECKING:
    from portal.tones import Tone


class GoldenPath(models.Model):
    """A paved way to something that teams do again and again. `current` is what people start."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    icon = models.CharField(max_length=30, blank=True)
    owner = models.CharField(max_length=120, blank=True)  # who is asked about it, in words
    current = models.ForeignKey(
        "portal.PathVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    used = models.PositiveIntegerField(default=0)  # how often it was started for good
    is_offered = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Its page."""
        return f"/golden-paths/{self.name}/"


class PathVersion(models.Model):
    """One content of a path, immutable: whoever began with it ends with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    path = models.ForeignKey(GoldenPath, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=80)  # of the content, without how it is written
    content = models.TextField()  # as JSON: text, because the order of questions means something
    file = models.TextField()  # as it was written
    is_shipped = models.BooleanField(default=False)  # came with this release of Slipway
    created_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "number"], name="path_version_number_once"),
            models.UniqueConstraint(fields=["path", "digest"], name="path_version_content_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class PathRun(models.Model):
    """One use of a path: the version, the answers, and how far its steps have come."""

    class State(models.TextChoices):
        DRAFT = "draft", "Not started"
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        FAILED = "failed", "Stopped"
        CANCELLED = "cancelled", "Cancelled"
        UNDOING = "undoing", "Being undone"
        STUCK = "stuck", "Undoing stopped"
        UNDONE = "undone", "Undone"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    MOVING = (State.RUNNING, State.UNDOING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("portal_path_run_number")
    )
    path = models.ForeignKey(GoldenPath, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(PathVersion, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    subject = models.CharField(max_length=200, blank=True)  # what it is about: "acme-travel"
    message = models.TextField(blank=True)  # why it stands where it stands
    answers = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)  # as it was shown to whoever said yes
    links = models.JSONField(default=list)  # [{title, url}], when it is done
    reason = models.TextField(blank=True)  # why it was undone
    team = models.ForeignKey("portal.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    started_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    # Who set it going last: its steps are done with this person's rights, and this token's scopes.
    acts_for = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    token = models.ForeignKey("portal.Token", on_delete=models.PROTECT, null=True, related_name="+")
    request_key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["started_by", "request_key"],
                condition=~Q(request_key=""),
                name="path_run_request_once",
            )
        ]
        indexes = [
            models.Index(fields=["started_by", "-id"], name="path_run_by_person"),
            models.Index(fields=["path", "-id"], name="path_run_by_path"),
            models.Index(
                fields=["state", "-id"], condition=~Q(state="done"), name="path_run_unusual"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def seen(self) -> str:
        """A mark of how it is now: what is said to it later can tell whether it has changed."""
        return self.changed_at.isoformat()

    @property
    def title(self) -> str:
        return f"{self.path.title}: {self.subject}" if self.subject else self.path.title

    @property
    def is_moving(self) -> bool:
        """A worker will do something with it by itself."""
        return self.state in self.MOVING

    @property
    def url(self) -> str:
        """Its page."""
        return f"/golden-paths/runs/{self.number}/"


STATES: dict[PathRun.State, tuple[Tone, str]] = {
    PathRun.State.DRAFT: ("neutral", "waiting"),
    PathRun.State.RUNNING: ("running", "running"),
    PathRun.State.DONE: ("good", "good"),
    PathRun.State.FAILED: ("bad", "bad"),
    PathRun.State.CANCELLED: ("neutral", "neutral"),
    PathRun.State.UNDOING: ("running", "running"),
    PathRun.State.STUCK: ("bad", "bad"),
    PathRun.State.UNDONE: ("neutral", "undo"),
}


class PathStep(models.Model):
    """One step of a use, done by the control worker and kept with what it made."""

    class State(models.TextChoices):
        PENDING = "pending", "Not yet"
        RUNNING = "running", "Running"
        WAITING = "waiting", "Waits"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not asked for"
        LEFT = "left", "Left as it is"  # was waiting when the rest was cancelled
        UNDONE = "undone", "Undone"

        @property
        def tone(self) -> Tone:
            return STEP_STATES[self][0]

        @property
        def icon(self) -> str:
            return STEP_STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(PathRun, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)  # its id in the file
    kind = models.CharField(max_length=60)  # which step: "client.create"
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    is_undoing = models.BooleanField(default=False)  # its attempts now take it back
    message = models.TextField(blank=True)
    given = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)  # what it keeps while it waits
    outputs = models.JSONField(default=dict)
    links = models.JSONField(default=list)
    attempt = models.PositiveSmallIntegerField(default=0)  # the fence: its holder may write
    tries = models.PositiveSmallIntegerField(default=0)  # attempts since a person last said go
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "order"], name="path_step_order_once")
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=("pending", "waiting"), next_at__isnull=False),
                name="path_step_due",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="path_step_leased"
            ),
        ]

    def __str__(self) -> str:
        return self.title


STEP_STATES: dict[PathStep.State, tuple[Tone, str]] = {
    PathStep.State.PENDING: ("neutral", "waiting"),
    PathStep.State.RUNNING: ("running", "running"),
    PathStep.State.WAITING: ("info", "clock"),
    PathStep.State.DONE: ("good", "good"),
    PathStep.State.FAILED: ("bad", "bad"),
    PathStep.State.SKIPPED: ("neutral", "neutral"),
    PathStep.State.LEFT: ("warn", "question"),
    PathStep.State.UNDONE: ("neutral", "undo"),
}


class PathAttempt(models.Model):
    """One try at a step, or at taking it back. Kept, never overwritten."""

    State = PathStep.State

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    step = models.ForeignKey(PathStep, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    is_undo = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=PathStep.State)
    message = models.TextField(blank=True)
    worker = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "number"], name="path_attempt_once")]
