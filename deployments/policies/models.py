"""What people decided about a deployment."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class Approval(models.Model):
    """One person's yes or no to the plan of a deployment, with a note.

    A person decides once, and anew where the plan that they agreed to is no longer the one.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deployment = models.ForeignKey(
        "deployments.Deployment", on_delete=models.CASCADE, related_name="approvals"
    )
    decided_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision)
    note = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    # What changed in the plan since: not counted any more, "" where it is
    superseded = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deployment", "decided_by"], name="approval_once")
        ]
