"""Immutable numbered versions, and the content that must not come back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7


class Release(models.Model):
    """A numbered version of a component: what it is made of, by digest, who made it and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.PROTECT, related_name="releases"
    )
    number = models.PositiveIntegerField()
    artifact_kind = models.CharField(max_length=20)  # which target understands it: "pipeline"
    digest = models.CharField(max_length=80)  # "sha256:…" of the artifact; no key to floors above
    source = models.JSONField(default=dict)  # repository, commit, path, committed_at, message
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["component", "number"], name="release_number_once")
        ]
        indexes = [models.Index(fields=["component", "digest"], name="release_by_digest")]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def commit(self) -> str:
        return str(self.source.get("commit", ""))


class RejectionQuerySet(models.QuerySet["Rejection"]):
    def active(self) -> RejectionQuerySet:
        return self.filter(lifted_at=None)


class Rejection(models.Model):
    """Content that someone judged wrong: refused on every path, in any release, until lifted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.PROTECT, related_name="rejections"
    )
    digest = models.CharField(max_length=80)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="rejections")
    rejected_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    rejected_at = models.DateTimeField()
    reason = models.TextField()
    evidence = models.JSONField(default=dict)
    lifted_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.TextField(blank=True)

    objects = RejectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component", "digest"], condition=Q(lifted_at=None), name="rejection_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lifted_reason=""), name="rejection_lift_has_reason"
            ),
        ]
