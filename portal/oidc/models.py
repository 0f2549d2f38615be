"""Who somebody is at an identity provider."""

from __future__ import annotations

from django.db import models

from portal.accounts.models import User
from portal.ids import uuid7


class Identity(models.Model):
    """A person, as an identity provider knows them: by its own lasting name, never by a mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    email = models.CharField(max_length=254, blank=True)
    connected_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_one_a_person"),
        ]
