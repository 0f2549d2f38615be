"""How people want to be told, and what they and their channels follow."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.ids import uuid7
from portal.notifications.models.matters import Kind
from portal.notifications.models.outbox import Channel


class Subscription(models.Model):
    """Someone, or a channel, wants to hear of what fits all that is named here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        "portal.User", on_delete=models.CASCADE, null=True, related_name="subscriptions"
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, null=True, related_name="subscriptions"
    )
    kind = models.CharField(max_length=24, choices=Kind, blank=True)  # "" is every kind
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey("portal.Team", on_delete=models.CASCADE, null=True, related_name="+")
    client = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(channel=None), name="subscription_has_one_reader"
            ),
            models.CheckConstraint(
                condition=~Q(kind="", component=None, team=None, client=""),
                name="subscription_names_something",
            ),
            models.UniqueConstraint(
                fields=["user", "channel", "kind", "component", "team", "client"],
                name="subscription_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["client"], condition=~Q(client=""), name="subscription_by_client"),
            models.Index(
                fields=["kind"],
                condition=Q(component=None, team=None, client=""),
                name="subscription_by_kind",
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display() if self.kind else ""
        if not (self.component or self.client or self.team):
            return kind
        return f"{self.what}: {kind[:1].lower()}{kind[1:]}" if kind else self.what

    @property
    def what(self) -> str:
        """What it names: "carrier-punctuality", "all of airline-data"."""
        if self.component:
            return self.component.name
        if self.client:
            return f"the client {self.client}"
        if self.team:
            return f"all of {self.team.name}"
        return f"“{self.get_kind_display()}”"


class Mute(models.Model):
    """A component of which this person wants to hear nothing but what they asked for themselves."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="mutes")
    component = models.ForeignKey("portal.Component", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "component"], name="mute_once")]


class Preference(models.Model):
    """How a person wants to be told. Where there is no row, all defaults hold."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        HOURLY = "hourly", "Once an hour, together"
        NEVER = "never", "No mail"

    user = models.OneToOneField(
        "portal.User", on_delete=models.CASCADE, primary_key=True, related_name="preference"
    )
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.AT_ONCE)
    page_off = ArrayField(models.CharField(max_length=24), default=list)  # kinds, not in the page
    mail_off = ArrayField(models.CharField(max_length=24), default=list)  # kinds, not by mail
    address = models.EmailField(blank=True)  # where mail goes, once it is confirmed
    confirmed_at = models.DateTimeField(null=True)
