"""The figures behind a rollback, frozen."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class Evidence(models.Model):
    """What spoke against a deployment when it was rolled back. The database refuses changes.

    `figures` is `observability.comparison.wording.as_json` of that moment; `digest` is the SHA-256
    of its canonical JSON, which stands in the audit as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deployment = models.OneToOneField(  # the rollback
        "deployments.Deployment", on_delete=models.PROTECT, related_name="+"
    )
    against = models.ForeignKey(
        "deployments.Deployment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    gathered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"evidence against {self.against}"
