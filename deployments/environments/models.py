"""Where things run, in the order in which they are promoted."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7
from portal.names import slug_validator


class Environment(models.Model):
    """A place to deploy to. A new one starts with no bindings, so it reaches no client."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(unique=True)
    approvals = models.PositiveSmallIntegerField(default=0)  # people beside the one who asks
    is_production = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
