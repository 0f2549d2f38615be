"""That somebody reviewed who has access: rows that the database itself refuses to change."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class AccessReview(models.Model):
    """A signature under exactly the lines that were looked at. Insert only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the lines, see `queries.reviewed`
    counts = models.JSONField()  # lines by kind
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"review of {self.signed_at:%Y-%m-%d}"
