"""What is kept in files, and each time that files were applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from portal.ids import uuid7
from portal.numbers import NextNumber

if TYPE_CHECKING:
    from portal.tones import Tone


SHORT = 40  # characters of a value in a line


class Kept(models.Model):
    """A thing that files keep: where it stands, and what they said of it when last applied."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=30)  # as documents say it: "Team"
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300)  # the repository, and the folder in it
    file = models.CharField(max_length=400)
    fields = models.JSONField()  # those that the document names; of secrets the reference
    application = models.ForeignKey(
        "portal.Application", on_delete=models.PROTECT, related_name="kept"
    )
    applied_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "kept"
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="kept_once")]
        indexes = [models.Index(fields=["source", "kind", "name"], name="kept_by_source")]


class Application(models.Model):
    """Files applied once: the plan that was agreed to, and how far it has come."""

    class State(models.TextChoices):
        WORKING = "working", "Under way"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        LEFT = "left", "Left behind"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("portal_application_number")
    )
    source = models.CharField(max_length=300)
    digest = models.CharField(max_length=80)  # of the plan
    commit = models.CharField(max_length=64, blank=True, default="", db_default="")  # of the files
    prune = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WORKING)
    position = models.PositiveIntegerField(default=0)  # steps that are done
    size = models.PositiveIntegerField()  # steps there are
    message = models.TextField(blank=True)  # why it stopped
    applied_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="application_by_source")]

    def __str__(self) -> str:
        return f"application {self.number}"


class ApplicationStep(models.Model):
    """One step of it, with what it takes to do it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not done"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

        @property
        def tone(self) -> Tone:
            return STEP_STATES[self][0]

        @property
        def icon(self) -> str:
            return STEP_STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    action = models.CharField(max_length=8)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    file = models.CharField(max_length=400)
    words = models.TextField()
    differences = models.JSONField(default=list)
    wanted = models.JSONField(default=dict)
    text = models.TextField(blank=True)  # the document, until it is over; it holds no secret
    kept_in = models.CharField(max_length=300, blank=True, db_default="")  # as the plan saw it
    team = models.CharField(
        max_length=60, blank=True, db_default=""
    )  # likewise; "" is the platform
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    message = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], name="application_step_once"
            )
        ]

    @property
    def fields(self) -> str:
        """What differs, for a line: short values before and after, of others the name."""
        return ", ".join(_shown(each) for each in self.differences)


def _shown(difference: dict[str, Any]) -> str:
    before, after = difference["before"], difference["after"]
    if any(isinstance(each, dict | list) or len(str(each)) > SHORT for each in (before, after)):
        return str(difference["field"])
    old = "" if before is None else f"{before} → "
    return f"{difference['field']}: {old}{'–' if after is None else after}"


STATES: dict[Application.State, tuple[Tone, str]] = {
    Application.State.WORKING: ("running", "running"),
    Application.State.DONE: ("good", "good"),
    Application.State.STOPPED: ("bad", "bad"),
    Application.State.LEFT: ("neutral", "neutral"),
}
STEP_STATES: dict[ApplicationStep.State, tuple[Tone, str]] = {
    ApplicationStep.State.WAITING: ("neutral", "waiting"),
    ApplicationStep.State.DONE: ("good", "good"),
    ApplicationStep.State.REFUSED: ("bad", "bad"),
}
