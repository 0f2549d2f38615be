"""Tries to sign in, counted so that nobody can guess on."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class SignInTry(models.Model):
    """A sign-in that has not succeeded (yet): written before the password is looked at.

    `key` stands for the name that was typed, as a keyed digest: people type passwords there, too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="sign_in_try_by_address")]
