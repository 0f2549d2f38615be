"""Services that are seen: they say who they are in what they send, whoever registered them."""

from __future__ import annotations

from django.db import models

from portal.ids import uuid7


class Service(models.Model):
    """A name under which telemetry comes. Unowned until a team claims its component.

    Where all that came of a registered component was refused, nobody sends it: it was never seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    # What its component is called, where that can't be called so; see aliases.py beside
    alias = models.CharField(max_length=60, blank=True, db_default="", db_index=True)
    sender = models.ForeignKey("portal.User", on_delete=models.PROTECT, null=True, related_name="+")
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    # When telemetry of it was last refused because it came with another team's token, and whose
    refused_at = models.DateTimeField(null=True)
    refused_sender = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    @property
    def component_name(self) -> str:
        return self.alias or self.name

    @property
    def is_refused(self) -> bool:
        """Whether its telemetry was refused since it last was taken."""
        refused, seen = self.refused_at, self.last_seen_at
        return refused is not None and (seen is None or refused > seen)
