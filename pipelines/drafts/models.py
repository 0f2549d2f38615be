"""Transformations that are still being written: the text, what it was before, who is at it."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7
from portal.numbers import NextNumber
from portal.tones import Tone


class Draft(models.Model):
    """A file that somebody writes. Its text is the one truth; the form is a view of it.

    `revision` is the number of the revision that stands; whoever saves says which one they saw.
    """

    class State(models.TextChoices):
        OPEN = "open", "Draft"
        REGISTERED = "registered", "Registered"
        DISCARDED = "discarded", "Discarded"

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=NextNumber("pipelines_draft_number")
    )
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="drafts")
    name = models.CharField(max_length=200, blank=True)  # as the text says, for lists
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # The version that it was made from, and that a new one would follow
    base = models.ForeignKey(
        "pipelines.Version", on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.ForeignKey(
        "pipelines.Version", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Where it is looked at: inputs and previews; null: the first place where all can be read
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["team", "state", "-changed_at"], name="draft_by_team"),
            models.Index(fields=["created_by", "state", "-changed_at"], name="draft_by_person"),
        ]

    def __str__(self) -> str:
        return self.title or self.name or f"draft {self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/drafts/{self.number}/"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


STATES: dict[Draft.State, tuple[Tone, str]] = {
    Draft.State.OPEN: ("info", "draft"),
    Draft.State.REGISTERED: ("good", "good"),
    Draft.State.DISCARDED: ("neutral", "neutral"),
}


class DraftRevision(models.Model):
    """What a draft said at one time. One that lost a race is kept beside the one that won."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    words = models.CharField(max_length=200)  # what was changed: "added the input flights"
    is_aside = models.BooleanField(default=False)  # somebody else was faster
    is_step = models.BooleanField(default=False)  # on the way to the next one, in one sitting
    since_at = models.DateTimeField()  # when the sitting began
    by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once")
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"

    @property
    def deed(self) -> str:
        """What its author did, as a sentence goes on: "saved the query", "removed a check"."""
        is_thing = self.words.startswith(("the ", "a ", "name "))
        return f"saved {self.words}" if is_thing else self.words or "saved this draft"


class DraftVisit(models.Model):
    """When somebody last had a draft open."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "user"], name="draft_visit_once")]
