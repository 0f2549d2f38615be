"""Looking before anything is registered: a query rehearsed on the first rows, inputs looked at."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.tones import Tone


class State(models.TextChoices):
    """How far a piece of looking is."""

    QUEUED = "queued", "Waits"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def tone(self) -> Tone:
        return STATES[self][0]

    @property
    def icon(self) -> str:
        return STATES[self][1]


STATES: dict[State, tuple[Tone, str]] = {
    State.QUEUED: ("neutral", "waiting"),
    State.RUNNING: ("running", "running"),
    State.SUCCEEDED: ("good", "good"),
    State.FAILED: ("bad", "bad"),
    State.CANCELLED: ("neutral", "neutral"),
}


class Work(models.Model):
    """What both kinds share: a row that a worker claims, keeps by a lease, and ends."""

    State = State
    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    message = models.TextField(blank=True)  # why it ended as it did
    attempt = models.PositiveSmallIntegerField(default=0)  # the fence
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()  # from then on it is removed, with the rows it shows
    rows_path = models.CharField(max_length=200, blank=True)  # first rows, below the artifact store

    class Meta:
        abstract = True

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED


class Preview(Work):
    """A rehearsal of a query on the first rows of its inputs. Nothing is delivered.

    What is kept here are facts (names, types, counts); rows are a file that expires.
    """

    draft = models.ForeignKey(
        "pipelines.Draft", on_delete=models.CASCADE, null=True, related_name="previews"
    )
    revision = models.PositiveIntegerField(default=0)  # of the draft, as it was rehearsed
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="+")
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    spec = models.JSONField()  # inputs, SQL and what it is held against
    parameters = models.JSONField(default=dict)
    most_rows = models.PositiveIntegerField()  # of each input
    is_cancelling = models.BooleanField(default=False)
    stage = models.CharField(max_length=200, blank=True)  # what it does now, in words
    failure = models.CharField(max_length=24, blank=True)
    line = models.PositiveIntegerField(null=True)  # in the SQL, from 1
    column = models.PositiveIntegerField(null=True)
    requested_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    # Where it was asked for, see observability/instrumentation/work.py
    trace_id = models.CharField(max_length=32, blank=True, db_default="", default="")
    span_id = models.CharField(max_length=16, blank=True, db_default="", default="")  # it began in
    portions = models.JSONField(default=list)  # [{name, rows, is_cut}]
    columns = models.JSONField(default=list)  # [{name, type, nulls, distinct}]
    keys = models.JSONField(default=list)
    complaints = models.JSONField(default=list)
    checks = models.JSONField(default=list)  # [{name, is_passed, rows, message}]
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    ran_for = models.FloatField(null=True)  # seconds

    class Meta:
        indexes = [
            models.Index(fields=["draft", "-id"], name="preview_by_draft"),
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="preview_due"),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="preview_leased"
            ),
            models.Index(fields=["expires_at"], name="preview_expiring"),
        ]

    def __str__(self) -> str:
        return f"a preview of {self.draft or self.team}"

    @property
    def connections(self) -> list[str]:
        """The connections whose rows it shows."""
        return sorted({str(entry["connection"]) for entry in self.spec["inputs"].values()})

    @property
    def is_cut(self) -> bool:
        """Only the first rows of some input were read."""
        return any(portion["is_cut"] for portion in self.portions)

    @property
    def is_judged(self) -> bool:
        """Whether checks that passed say anything: no row of a part of the input says nothing."""
        return self.rows != 0 or not self.is_cut


class Look(Work):
    """What a connection offers in one place, or what one of its inputs is like; kept for a while.

    `path` and `table` both empty: the shelf, with what has `search` in its name.
    """

    binding = models.ForeignKey("pipelines.Binding", on_delete=models.CASCADE, related_name="looks")
    key = models.CharField(max_length=64)  # digest of where and what, see `key_of`
    path = models.TextField(blank=True)
    table = models.TextField(blank=True)
    format = models.CharField(max_length=10, blank=True)
    search = models.CharField(max_length=100, blank=True)
    offers = models.JSONField(default=list)  # [{kind, name, format, bytes, rows}]
    has_more = models.BooleanField(default=False)
    columns = models.JSONField(null=True)  # [{name, type}]; null: not known
    looked_at = models.DateTimeField(null=True)  # when what stands here was so

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["binding", "key"], name="look_once"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="look_due"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="look_leased"),
            models.Index(fields=["expires_at"], name="look_expiring"),
        ]

    def __str__(self) -> str:
        return self.path or self.table or "everything there"

    @property
    def is_shelf(self) -> bool:
        return not (self.path or self.table)

    @staticmethod
    def key_of(*, address: str, path: str, table: str, format: str, search: str) -> str:
        """The same for the same look at the same place: a binding that was moved is another one."""
        parts = json.dumps([address, path, table, format, search])
        return hashlib.sha256(parts.encode()).hexdigest()

    def is_older_than(self, instant: datetime) -> bool:
        """Whether what it says is from before."""
        return self.looked_at is None or self.looked_at < instant
