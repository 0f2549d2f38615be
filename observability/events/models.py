"""Who tells of changes from outside, what each of its names means here, and all that it said."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.names import slug_validator
from portal.tones import Tone


class EventSource(models.Model):
    """A sender of events, with its secret. Without a team it may speak for every component."""

    class Kind(models.TextChoices):
        CDEVENTS = "cdevents", "CDEvents"
        GITHUB = "github", "GitHub"
        ARGO_CD = "argo_cd", "Argo CD"
        JENKINS = "jenkins", "Jenkins"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=48, unique=True, validators=[slug_validator])
    kind = models.CharField(max_length=10, choices=Kind)
    team = models.ForeignKey(
        "portal.Team", on_delete=models.PROTECT, null=True, related_name="event_sources"
    )
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)  # beside the new one, so that nothing is lost
    former_until = models.DateTimeField(null=True)
    secret_set_at = models.DateTimeField()
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)  # the last that was not let in, and why
    refused_why = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Meaning(models.Model):
    """What a name outside means here: a repository, application or job; or an environment."""

    class What(models.TextChoices):
        COMPONENT = "component", "Component"
        ENVIRONMENT = "environment", "Environment"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(EventSource, on_delete=models.CASCADE, related_name="meanings")
    what = models.CharField(max_length=12, choices=What)
    outside = models.CharField(max_length=200)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, null=True, related_name="+"
    )
    environment = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "what", "outside"], name="meaning_once"),
            models.CheckConstraint(
                condition=Q(component=None, environment__gt="")
                | Q(component__isnull=False, environment=""),
                name="meaning_is_one",
            ),
        ]

    @property
    def inside(self) -> str:
        """The name here."""
        return self.component.name if self.component else self.environment


class OutsideEvent(models.Model):
    """One event as it came, and what became of it. None is thrown away because it fits nothing."""

    class State(models.TextChoices):
        APPLIED = "applied", "On the axis"
        WAITING = "waiting", "Fits nothing yet"
        NOTED = "noted", "Noted"

        @property
        def tone(self) -> Tone:
            return EVENT_TONES[self][0]

        @property
        def icon(self) -> str:
            return EVENT_TONES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(EventSource, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=200)  # as its sender numbers it
    type = models.CharField(max_length=120)
    key = models.CharField(max_length=200, blank=True)  # which deployment it tells of; "" of none
    subject = models.CharField(max_length=200, blank=True)  # repository, application, job
    place = models.CharField(max_length=200, blank=True)  # the environment, in the sender's words
    report = models.JSONField(default=dict)  # what was read out of it, as reports.py writes it
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State)
    words = models.CharField(max_length=400, blank=True)  # what became of it
    said_at = models.DateTimeField()  # by the sender's clock
    received_at = models.DateTimeField()
    change = models.ForeignKey(
        "observability.Change", on_delete=models.SET_NULL, null=True, related_name="events"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "event_id"], name="outside_event_once_per_source"
            )
        ]
        indexes = [
            models.Index(fields=["source", "-id"], name="outside_event_by_source"),
            models.Index(fields=["state", "-id"], name="outside_event_by_state"),
            models.Index(
                fields=["source", "key"], name="outside_event_by_key", condition=~Q(key="")
            ),
            models.Index(
                fields=["source", "state", "-id"],
                condition=~Q(state="applied"),
                name="outside_event_not_applied",
            ),
            models.Index(fields=["received_at"], name="outside_event_by_reception"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


EVENT_TONES: dict[OutsideEvent.State, tuple[Tone, str]] = {
    OutsideEvent.State.APPLIED: ("good", "good"),
    OutsideEvent.State.WAITING: ("warn", "question"),
    OutsideEvent.State.NOTED: ("neutral", "neutral"),
}


class KnownCommit(models.Model):
    """A commit of a repository that someone told of before it was deployed anywhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repository = models.CharField(max_length=200)  # "acme/checkout"
    sha = models.CharField(max_length=64)
    message = models.CharField(max_length=200, blank=True)
    authored_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["repository", "sha"], name="known_commit_once")
        ]
        indexes = [models.Index(fields=["repository", "committed_at"], name="known_commit_by_time")]
