"""Imports of what a repository says happened before anybody told of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.tones import Tone


class HistoryImport(models.Model):
    """A repository's past, to be read as deployments of a component to an environment."""

    class How(models.TextChoices):
        TAGS = "tags", "Each tag"
        MERGES = "merges", "Each merge to the branch"
        COMMITS = "commits", "Each commit of the branch"

    class State(models.TextChoices):
        QUEUED = "queued", "Waits"
        RUNNING = "running", "Reads"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"

        @property
        def tone(self) -> Tone:
            return IMPORT_TONES[self][0]

        @property
        def icon(self) -> str:
            return IMPORT_TONES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, related_name="history_imports"
    )
    environment = models.CharField(max_length=60)
    repository = models.CharField(max_length=400)  # https://…, or a folder for the command
    branch = models.CharField(max_length=200, blank=True)  # empty: the repository's own
    how = models.CharField(max_length=7, choices=How)
    pattern = models.CharField(max_length=120, blank=True)  # of tags: "v*"
    secret = models.BinaryField(null=True)  # for as long as it is read
    may_reach_inside = models.BooleanField(default=False)  # networks of one's own
    state = models.CharField(max_length=9, choices=State)
    message = models.CharField(max_length=400, blank=True)
    commits = models.PositiveIntegerField(default=0)
    deployments = models.PositiveIntegerField(default=0)  # that are new on the axis
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["component", "-id"], name="history_by_component"),
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=("queued", "running")),
                name="history_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repository} as {self.component.name}"

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.SUCCEEDED, self.State.FAILED}


IMPORT_TONES: dict[HistoryImport.State, tuple[Tone, str]] = {
    HistoryImport.State.QUEUED: ("neutral", "waiting"),
    HistoryImport.State.RUNNING: ("running", "running"),
    HistoryImport.State.SUCCEEDED: ("good", "good"),
    HistoryImport.State.FAILED: ("bad", "bad"),
}
