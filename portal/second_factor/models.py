"""What somebody has besides a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from portal.accounts.models import User
from portal.ids import uuid7

if TYPE_CHECKING:
    from uuid import UUID


class Factor(models.Model):
    """An app that shows codes, or a security key (a passkey is one, too)."""

    class Kind(models.TextChoices):
        APP = "app", "App for codes"
        KEY = "key", "Security key"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=4, choices=Kind)
    name = models.CharField(max_length=60)
    secret = models.BinaryField(null=True)  # of an app, encrypted
    last_step = models.BigIntegerField(default=0)  # of an app: a code counts once
    credential = models.BinaryField(null=True)  # of a key: its name, and its public key
    signatures = models.BigIntegerField(default=0)  # of a key, as it counts them
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        user_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(kind="app"), name="factor_one_app"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="app", secret__isnull=False)
                | models.Q(kind="key", credential__isnull=False),
                name="factor_has_what_proves_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """For when everything else is lost: each counts once; kept as a digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")
        ]


class Grace(models.Model):
    """When somebody first signed in although a second factor was wanted of them."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    began_at = models.DateTimeField()
