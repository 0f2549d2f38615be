"""Deployments with their steps, what each environment serves now, and pauses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.numbers import NextNumber
from portal.tones import Tone

SMALL = models.PositiveSmallIntegerField(null=True)
APPROVALS = (
    "CASE WHEN jsonb_typeof(%(expressions)s -> 'approvals') = 'number' "
    "THEN (%(expressions)s ->> 'approvals')::smallint END"
)


class Configuration(models.Model):
    """An immutable numbered revision of what an environment sets for a component.

    `values`: schedule {cron, timezone, catch_up, parameters}, parameters {name: value}, limits
    {memory_mb, seconds, threads, temp_mb, file_mb}; each overrides the component's file.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.PROTECT, related_name="configurations"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="configurations"
    )
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component", "environment", "number"], name="configuration_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"c{self.number}"


class Deployment(models.Model):
    """Puts a release with a configuration into an environment, by a strategy, in steps."""

    class Kind(models.TextChoices):
        RELEASE = "release", "Release"
        CONFIGURATION = "configuration", "Configuration"
        ROLLBACK = "rollback", "Rollback"

    class State(models.TextChoices):
        AWAITING_APPROVAL = "awaiting_approval", "Waits for approval"
        RUNNING = "running", "Deploying"
        WAITING = "waiting", "Needs a decision"
        SUCCEEDED = "succeeded", "Deployed"
        FAILED = "failed", "Failed"
        REFUSED = "refused", "Refused"
        ABORTED = "aborted", "Aborted"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    UNFINISHED = (State.AWAITING_APPROVAL, State.RUNNING, State.WAITING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("deployments_deployment_number")
    )
    component = models.ForeignKey(
        "portal.Component", on_delete=models.PROTECT, related_name="deployments"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="deployments"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    strategy = models.CharField(max_length=20)
    release = models.ForeignKey(
        "deployments.Release", on_delete=models.PROTECT, related_name="deployments"
    )
    configuration = models.ForeignKey(Configuration, on_delete=models.PROTECT, related_name="+")
    previous_release = models.ForeignKey(
        "deployments.Release", on_delete=models.PROTECT, null=True, related_name="+"
    )
    previous_configuration = models.ForeignKey(
        Configuration, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    state = models.CharField(max_length=20, choices=State)
    message = models.TextField(blank=True)  # why it stands where it stands, in words
    reason = models.TextField(blank=True)
    plan = models.JSONField(default=dict)  # as it was read last: by who asked, or who approves
    plan_digest = models.CharField(max_length=64, blank=True)
    # How many people had to agree, by the plan; null where it does not say: nobody had to.
    approvals_needed = models.GeneratedField(
        expression=models.Func("plan", template=APPROVALS, output_field=SMALL),
        output_field=SMALL,
        db_persist=True,
    )
    # The same when the yeses were last counted: the environment's rule may change. Null: no yes.
    approvals_counted = models.PositiveSmallIntegerField(null=True)
    requested_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Where it was asked for, see observability/instrumentation/work.py; "" in rows of before
    trace_id = models.CharField(max_length=32, blank=True, db_default="", default="")
    span_id = models.CharField(max_length=16, blank=True, db_default="", default="")  # it began in
    live_at = models.DateTimeField(null=True)  # when it began to serve; null: it never did

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component", "environment"],
                condition=Q(state__in=("awaiting_approval", "running", "waiting")),
                name="deployment_one_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["component", "environment", "-id"], name="deployment_by_place"),
            models.Index(fields=["-id"], name="deployment_newest"),
            models.Index(fields=["environment", "-id"], name="deployment_by_environment"),
            models.Index(fields=["state", "-id"], name="deployment_by_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def is_same_release(self) -> bool:
        """Only the configuration becomes another one."""
        return self.release_id == self.previous_release_id

    @property
    def kept_message(self) -> str:
        """Its message, dated where it tells of a moment: what it put there goes on since."""
        if self.state == self.State.SUCCEEDED and self.message:
            return f"When it went live: {self.message}"
        return self.message

    @property
    def subject(self) -> str:
        """What it brings: "v3", or "configuration c2" of what is live."""
        if self.kind == self.Kind.CONFIGURATION:
            return f"configuration {self.configuration}"
        return f"{self.release}"

    @property
    def title(self) -> str:
        """What it does in a few words, without the component: "v3 → production"."""
        if self.kind == self.Kind.ROLLBACK:
            what = f"{self.release}"
            if self.is_same_release:
                what = f"{self.release}, {self.previous_configuration} → {self.configuration}"
            return f"back to {what} in {self.environment}"
        return f"{self.subject} → {self.environment}"

    @property
    def line(self) -> str:
        """The same where nothing stands before it: words begin with a capital, names stay."""
        if self.kind == self.Kind.RELEASE:
            return self.title
        return self.title[0].upper() + self.title[1:]

    @property
    def path(self) -> str:
        """Its page."""
        return f"/deployments/{self.number}/"


STATES: dict[Deployment.State, tuple[Tone, str]] = {
    Deployment.State.AWAITING_APPROVAL: ("info", "user"),
    Deployment.State.RUNNING: ("running", "running"),
    Deployment.State.WAITING: ("warn", "question"),
    Deployment.State.SUCCEEDED: ("good", "good"),
    Deployment.State.FAILED: ("bad", "bad"),
    Deployment.State.REFUSED: ("warn", "ban"),
    Deployment.State.ABORTED: ("neutral", "neutral"),
}


class Step(models.Model):
    """One part of a deployment, done by the control worker: durable, tried again where it may."""

    class State(models.TextChoices):
        PENDING = "pending", "Not yet"
        RUNNING = "running", "Running"
        WAITING = "waiting", "Waits"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

        @property
        def tone(self) -> Tone:
            return STEP_STATES[self][0]

        @property
        def icon(self) -> str:
            return STEP_STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=20)  # rules, approval, prepare, switch, confirm
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    message = models.TextField(blank=True)
    attempt = models.PositiveSmallIntegerField(
        default=0
    )  # the fence: who holds this number may write
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deployment", "order"], name="step_order_once")
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="pending"), name="step_due"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="step_leased"),
        ]


STEP_STATES: dict[Step.State, tuple[Tone, str]] = {
    Step.State.PENDING: ("neutral", "waiting"),
    Step.State.RUNNING: ("running", "running"),
    Step.State.WAITING: ("info", "user"),
    Step.State.DONE: ("good", "good"),
    Step.State.FAILED: ("bad", "bad"),
    Step.State.SKIPPED: ("neutral", "neutral"),
}


class StepAttempt(models.Model):
    """One try at a step. Kept, never overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=Step.State)
    message = models.TextField(blank=True)
    worker = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "number"], name="step_attempt_once")]


class Live(models.Model):
    """What a component serves in an environment, by channel. A switch is one row."""

    class Channel(models.TextChoices):
        STABLE = "stable", "Stable"
        CANDIDATE = "candidate", "Candidate"
        SHADOW = "shadow", "Shadow"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey("portal.Component", on_delete=models.PROTECT, related_name="live")
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="live"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    release = models.ForeignKey(
        "deployments.Release", on_delete=models.PROTECT, related_name="live"
    )
    configuration = models.ForeignKey(Configuration, on_delete=models.PROTECT, related_name="+")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    share = models.PositiveSmallIntegerField(default=100)  # percent of the work of this channel
    clients = models.JSONField(default=list)  # selector: empty means every client
    since_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "live"
        constraints = [
            models.UniqueConstraint(
                fields=["component", "environment", "channel"], name="live_once_per_channel"
            )
        ]
        indexes = [
            models.Index(fields=["-since_at"], name="live_newest"),
            models.Index(fields=["environment", "-since_at"], name="live_by_environment"),
        ]


class Hold(models.Model):
    """A pause: no new run starts for this component here until someone resumes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.PROTECT, related_name="holds"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.TextField()
    held_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    resumed_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component", "environment"], condition=Q(resumed_at=None), name="hold_once"
            )
        ]
