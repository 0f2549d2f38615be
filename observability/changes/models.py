"""The one axis of time: what changed, for what, where, by whom, and how it is linked."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from portal.ids import uuid7
from portal.tones import Tone

# When a deployment was where it was meant to be: it began to serve, or ended well
REACHED = Coalesce(
    F("live_at"), Case(When(outcome="succeeded", then=F("finished_at")), default=None)
)
IS_DEPLOYMENT = Q(kind__in=("deployment", "rollback", "configuration"))


class Change(models.Model):
    """Something that changed. DORA, suspects and timelines read nothing else."""

    class Kind(models.TextChoices):
        RELEASE = "release", "Release"
        DEPLOYMENT = "deployment", "Deployment"
        ROLLBACK = "rollback", "Rollback"
        CONFIGURATION = "configuration", "Configuration"
        REJECTION = "rejection", "Rejection"
        LIFT = "lift", "Rejection lifted"
        HOLD = "hold", "Paused"
        RESUME = "resume", "Resumed"
        RUN = "run", "Run"  # a run that failed, or that a person started again
        REDELIVERY = "redelivery", "Redelivery"
        INCIDENT = "incident", "Incident"

    class Outcome(models.TextChoices):
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"
        ABORTED = "aborted", "Aborted"
        REFUSED = "refused", "Refused"

        @property
        def tone(self) -> Tone:
            return OUTCOME_TONES[self]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=60)  # "slipway", later "github", "argocd"…
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.PROTECT, null=True, related_name="changes"
    )
    environment = models.CharField(max_length=60, blank=True)
    release = models.CharField(max_length=60, blank=True)  # "3"
    title = models.CharField(max_length=200)  # "v3 → production"
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)  # of a deployment: when it began to serve
    outcome = models.CharField(max_length=12, choices=Outcome)
    is_planned = models.BooleanField(default=True)
    actor = models.ForeignKey(  # found by change_by_actor
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    actor_name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    url = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="change_once_per_source")
        ]
        indexes = [
            models.Index(fields=["component", "-started_at", "-id"], name="change_by_component"),
            models.Index(fields=["-started_at", "-id"], name="change_by_time"),
            models.Index(fields=["kind", "-started_at", "-id"], name="change_by_kind"),
            models.Index(fields=["environment", "-started_at", "-id"], name="change_by_place"),
            models.Index(fields=["actor", "-started_at", "-id"], name="change_by_actor"),
            models.Index(
                fields=["outcome", "-started_at", "-id"],
                condition=~models.Q(outcome="succeeded"),
                name="change_unusual",
            ),
            models.Index(
                fields=["release", "-started_at", "-id"],
                condition=~models.Q(release=""),
                name="change_by_release",
            ),
            models.Index(
                F("environment"), REACHED, condition=IS_DEPLOYMENT, name="change_reached_by_place"
            ),
            models.Index(
                F("component"),
                F("environment"),
                REACHED,
                condition=IS_DEPLOYMENT,
                name="change_reached",
            ),
        ]

    def __str__(self) -> str:
        return self.title


OUTCOME_TONES: dict[Change.Outcome, Tone] = {
    Change.Outcome.RUNNING: "running",
    Change.Outcome.SUCCEEDED: "good",
    Change.Outcome.FAILED: "bad",
    Change.Outcome.ABORTED: "neutral",
    Change.Outcome.REFUSED: "warn",
}


class Link(models.Model):
    """A typed link between two changes: what reversed, fixed or caused what."""

    class Kind(models.TextChoices):
        REVERSES = "reverses", "reverses"
        FIXES = "fixes", "fixes"
        CAUSED_BY = "caused_by", "caused by"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="links_back")
    kind = models.CharField(max_length=12, choices=Kind)
    evidence = models.TextField(blank=True, db_default="", default="")  # by what it was seen

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "other", "kind"], name="link_once")
        ]


class Commit(models.Model):
    """A commit that a change brought. DORA uses `committed_at`, not the author's clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="commits")
    sha = models.CharField(max_length=64)
    repository = models.CharField(max_length=400, blank=True)
    message = models.TextField(blank=True)
    authored_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "sha"], name="commit_once")]
        indexes = [models.Index(fields=["sha"], name="commit_by_sha")]
