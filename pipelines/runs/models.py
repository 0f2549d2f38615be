"""Intended work, and each execution of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.numbers import NextNumber
from portal.tones import Tone


class Run(models.Model):
    """Work that should be done once: this transformation, here, for this occasion and parameters.

    `version` is empty until an attempt is claimed; a run that a person starts again with the live
    version becomes empty again. `attempt` is the fence: only its holder may write.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("pipelines_run_number")
    )
    transformation = models.ForeignKey(
        "pipelines.Transformation", on_delete=models.PROTECT, related_name="runs"
    )
    environment = models.ForeignKey(  # found by run_by_environment
        "deployments.Environment", on_delete=models.PROTECT, related_name="runs", db_index=False
    )
    channel = models.CharField(max_length=10, default="stable")
    logical_at = models.DateTimeField(null=True)  # the scheduled instant that it is for
    request_key = models.CharField(max_length=80, blank=True)  # what a program called it instead
    parameters = models.JSONField(default=dict)
    parameters_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    message = models.TextField(blank=True)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)  # automatic attempts since a person asked
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    is_cancelling = models.BooleanField(default=False)
    version = models.ForeignKey(
        "pipelines.Version", on_delete=models.PROTECT, null=True, related_name="runs"
    )
    release = models.ForeignKey(
        "deployments.Release", on_delete=models.PROTECT, null=True, related_name="+"
    )
    configuration = models.ForeignKey(
        "deployments.Configuration", on_delete=models.PROTECT, null=True, related_name="+"
    )
    deployment = models.ForeignKey(
        "deployments.Deployment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    team = models.ForeignKey(  # found by run_by_team
        "portal.Team", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    requested_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    is_delivering = models.BooleanField(default=True, db_default=True)  # else staged only
    backfill = models.ForeignKey(  # the last one that it was a part of; asked for by nobody
        "pipelines.Backfill",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    trace_id = models.CharField(max_length=32)
    span_id = models.CharField(max_length=16, blank=True, db_default="", default="")  # it began in
    requested_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # The verified result of the last good attempt
    revision = models.PositiveIntegerField(default=0)  # how often a result was staged
    result_path = models.CharField(max_length=400, blank=True)  # below the artifact store
    result_checksum = models.CharField(max_length=80, blank=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "transformation",
                    "environment",
                    "channel",
                    "logical_at",
                    "request_key",
                    "parameters_digest",
                ],
                name="run_once_per_occasion",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(logical_at=None) ^ Q(request_key=""), name="run_has_one_occasion"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="run_due"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="run_leased"),
            models.Index(fields=["transformation", "environment", "-id"], name="run_by_place"),
            models.Index(fields=["transformation", "-id"], name="run_by_transformation"),
            models.Index(fields=["finished_at"], condition=Q(state="failed"), name="run_failed"),
            models.Index(fields=["team", "-id"], name="run_by_team"),
            models.Index(fields=["environment", "-id"], name="run_by_environment"),
            models.Index(
                fields=["state", "-id"], condition=~Q(state="succeeded"), name="run_unusual"
            ),
            models.Index(
                fields=["finished_at"], condition=~Q(result_path=""), name="run_with_result"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.number}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED


STATES: dict[Run.State, tuple[Tone, str]] = {
    Run.State.QUEUED: ("neutral", "waiting"),
    Run.State.RUNNING: ("running", "running"),
    Run.State.SUCCEEDED: ("good", "good"),
    Run.State.FAILED: ("bad", "bad"),
    Run.State.CANCELLED: ("neutral", "neutral"),
}


class Attempt(models.Model):
    """One execution of a run, with what it used. Kept, never overwritten."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        LOST = "lost", "Worker lost"

        @property
        def tone(self) -> Tone:
            return ATTEMPT_STATES[self][0]

        @property
        def icon(self) -> str:
            return ATTEMPT_STATES[self][1]

    BY_ITS_FILE = ("sql", "contract", "key", "check")  # failures that only another file mends

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    version = models.ForeignKey(  # found by attempt_by_version
        "pipelines.Version", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    deployment = models.ForeignKey(
        "deployments.Deployment",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # attempt_by_deployment begins with it
    )
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=24, blank=True)  # "sql", "check", "limit:memory", "lost"…
    message = models.TextField(blank=True)
    rows_in = models.BigIntegerField(null=True)
    rows_out = models.BigIntegerField(null=True)
    bytes_in = models.BigIntegerField(null=True)
    bytes_out = models.BigIntegerField(null=True)
    cpu_seconds = models.FloatField(null=True)
    peak_memory = models.BigIntegerField(null=True)  # bytes
    waited_for = models.FloatField()  # seconds between being due and being claimed
    ran_for = models.FloatField(null=True)  # seconds
    checks = models.JSONField(default=list)  # [{name, is_passed, rows, message}]
    log = models.TextField(blank=True)  # its own tail

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="attempt_once")]
        indexes = [
            models.Index(fields=["deployment", "-started_at"], name="attempt_by_deployment"),
            models.Index(fields=["version", "-started_at"], name="attempt_by_version"),
        ]


ATTEMPT_STATES: dict[Attempt.State, tuple[Tone, str]] = {
    Attempt.State.RUNNING: ("running", "running"),
    Attempt.State.SUCCEEDED: ("good", "good"),
    Attempt.State.FAILED: ("bad", "bad"),
    Attempt.State.CANCELLED: ("neutral", "neutral"),
    Attempt.State.LOST: ("warn", "warn"),
}
