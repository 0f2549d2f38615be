"""Answers that are given again to whoever asks the same again."""

from __future__ import annotations

from django.db import models

from portal.accounts.models import User
from portal.ids import uuid7


class KeptAnswer(models.Model):
    """What a request under a key was answered, written in the transaction of what it did.

    `content` is the body as it was sent, without a secret that is shown once; `digest` is that of
    the request. Only what was done is kept: a refusal did nothing, so it is judged anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    headers = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "method", "path", "key"], name="answer_once_by_key"
            )
        ]
        indexes = [models.Index(fields=["kept_at"], name="answer_by_age")]
