"""Registered transformations and their immutable versions."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class Transformation(models.Model):
    """The registered query behind a component; its versions say what it does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    component = models.OneToOneField(
        "portal.Component", on_delete=models.PROTECT, related_name="transformation"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.component)


class Version(models.Model):
    """One content of a transformation. Its identity is the digest of its canonical spec."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transformation = models.ForeignKey(
        Transformation, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    file = models.TextField()  # as it was sent, for people
    digest = models.CharField(max_length=80)
    semantic_digest = models.CharField(max_length=80)
    canonicaliser = models.CharField(
        max_length=40
    )  # what made the semantic digest: "sqlglot 30.30.0"
    source = models.JSONField(default=dict)
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transformation", "number"], name="version_number_once"
            ),
            models.UniqueConstraint(
                fields=["transformation", "digest"], name="version_content_once"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def meaning(self) -> str:
        """The same for versions that differ in layout, comments and descriptions only."""
        return f"{self.canonicaliser}: {self.semantic_digest}"
