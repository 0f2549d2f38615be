"""What people say about pages: a thumb and a sentence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.tones import Tone


class Feedback(models.Model):
    """A thumb, perhaps with a sentence, about a page; and what the platform team made of it.

    The page stands here by the name of its address, never by the address: that may name a client.
    """

    class Thumb(models.TextChoices):
        UP = "up", "Helped"
        DOWN = "down", "Got in the way"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    page = models.CharField(max_length=80, blank=True)  # "pipelines:run-detail"
    thumb = models.CharField(max_length=4, choices=Thumb)
    sentence = models.TextField(blank=True)
    author = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="feedback")
    release = models.CharField(max_length=20)  # of Slipway
    given_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="feedback_handled_by_someone",
            )
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="feedback_by_author"),
            models.Index(fields=["page", "-id"], name="feedback_by_page"),
            models.Index(fields=["-id"], condition=Q(handled_at=None), name="feedback_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_thumb_display()}: {self.page or 'a page'}"

    @property
    def subject(self) -> str:
        """The page in words: "run detail"."""
        return self.page.rpartition(":")[2].replace("-", " ") or "a page"

    @property
    def tone(self) -> Tone:
        return "good" if self.thumb == self.Thumb.UP else "warn"

    @property
    def icon(self) -> str:
        return f"thumb-{self.thumb}"
