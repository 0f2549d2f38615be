"""Failed runs that someone has looked at and lets stand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.ids import uuid7


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def active(self) -> AcceptanceQuerySet:
        return self.filter(undone_at=None)


class Acceptance(models.Model):
    """Someone says why a run that did not end well may stay as it is; it waits for nobody then.

    It is about one attempt: a run that is executed again and fails again is a new failure.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey("pipelines.Run", on_delete=models.PROTECT, related_name="acceptances")
    attempt = models.PositiveIntegerField()
    reason = models.TextField()
    accepted_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "attempt"], condition=Q(undone_at=None), name="acceptance_once"
            )
        ]
