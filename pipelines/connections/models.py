"""Names of sources, clients and destinations, and the places they stand for in each environment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pipelines.connections import hooks, kinds
from portal.ids import uuid7
from portal.names import slug_validator


class Kind(models.TextChoices):
    """What a connection or a destination is; the adapter of that name knows the rest."""

    DIRECTORY = kinds.DIRECTORY, "Directory"
    POSTGRES = kinds.POSTGRES, "PostgreSQL"
    WEBHOOK = kinds.WEBHOOK, "Webhook"


class Connection(models.Model):
    """A source of data, by name; a binding says where it is in an environment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="connections")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Client(models.Model):
    """Who receives data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    contact = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="clients")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title or self.name


class Destination(models.Model):
    """Where a client takes data, by name; a binding says where that is in an environment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="destinations")
    team = models.ForeignKey("portal.Team", on_delete=models.PROTECT, related_name="destinations")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Binding(models.Model):
    """The place that a name stands for in one environment. No binding: not reached there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, null=True, related_name="bindings"
    )
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, related_name="bindings"
    )
    environment = models.ForeignKey(
        "deployments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=400)  # a folder's path or a URL, by the kind
    options = models.JSONField(default=dict)  # see kinds.py; what is not there has its default
    secret = models.BinaryField(null=True)  # encrypted, see portal/secrets.py; never shown again
    secret_set_at = models.DateTimeField(null=True)
    # The one before, while whoever checks signatures may still have it.
    former_secret = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    # How it was when somebody last tried it: {state, summary, warnings, seconds, by}
    trial = models.JSONField(default=dict)
    tried_at = models.DateTimeField(null=True)
    region = models.CharField(max_length=40, blank=True)
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(connection=None) ^ Q(destination=None), name="binding_of_one_thing"
            ),
            models.UniqueConstraint(
                fields=["connection", "environment"], name="binding_connection_once"
            ),
            models.UniqueConstraint(
                fields=["destination", "environment"], name="binding_destination_once"
            ),
        ]

    @property
    def shown(self) -> str:
        """The address for everyone, whoever may change it or not."""
        return hooks.shown(self.address)
