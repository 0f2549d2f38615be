"""Who did what, to what, when and why: rows that the database itself refuses to change."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from portal.ids import uuid7


class Entry(models.Model):
    """One act, written in the transaction of the operation that it records. Insert only."""

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey("portal.User", on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)  # "Slipway" where no person acted
    token_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=60)  # "deployment.approve"
    kind = models.CharField(max_length=40)  # the noun: "deployment"
    thing = models.CharField(max_length=200)  # its name as people know it
    thing_id = models.CharField(max_length=60, blank=True)
    component = models.CharField(max_length=60, blank=True)
    team = models.CharField(max_length=60, blank=True)
    environment = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["component", "-id"], name="entry_by_component"),
            models.Index(fields=["actor", "-id"], name="entry_by_actor"),
            models.Index(fields=["kind", "thing_id", "-id"], name="entry_by_thing"),
            models.Index(fields=["verb", "-id"], name="entry_by_verb"),
            models.Index(fields=["thing", "-id"], name="entry_by_name"),
            models.Index(fields=["team", "-id"], name="entry_by_team"),
            models.Index(
                fields=["environment", "-id"],
                condition=~models.Q(environment=""),
                name="entry_by_environment",
            ),
            models.Index(
                fields=["-id"], condition=models.Q(outcome="refused"), name="entry_refused"
            ),
            models.Index(
                fields=["request_id"],
                condition=~models.Q(request_id=""),
                name="entry_by_request",
            ),
            # Rows come in by time, so a few pages of index find a day in millions of entries
            BrinIndex(fields=["at"], name="entry_by_at", pages_per_range=32),
        ]


class Unsealed(models.Model):
    """The sealer's queue. A trigger on Entry fills it, so no writer can forget."""

    entry = models.OneToOneField(
        Entry, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )

    class Meta:
        db_table = "portal_unsealed"


class Seal(models.Model):
    """An entry's place in the chain: its sequence, and the hash over it and the one before."""

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
