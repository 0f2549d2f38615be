"""Messages on their way outside, and where teams read together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.ids import uuid7
from portal.notifications.models.matters import Matter
from portal.tones import Tone


class Channel(models.Model):
    """Where a team reads together. The address holds a token: encrypted, never shown again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey("portal.Team", on_delete=models.CASCADE, related_name="channels")
    title = models.CharField(max_length=80)
    service = models.CharField(max_length=30)  # "Mattermost"
    host = models.CharField(max_length=255)  # "chat.example.com"
    address = models.BinaryField()
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "title"], name="channel_title_once")]

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """The outbox: one message to one reader, on its way outside. `key` makes it once."""

    class Medium(models.TextChoices):
        MAIL = "mail", "Mail"
        CHAT = "chat", "Team channel"

    class Purpose(models.TextChoices):
        NOTICE = "notice", "Notification"
        DIGEST = "digest", "Hourly digest"
        CONFIRMATION = "confirmation", "Confirmation of an address"
        TEST = "test", "Test"

    class State(models.TextChoices):
        QUEUED = "queued", "Waits"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up"
        DROPPED = "dropped", "Not sent"  # nobody wants it any more

        @property
        def tone(self) -> Tone:
            return STATES[self][0]

        @property
        def icon(self) -> str:
            return STATES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True)
    medium = models.CharField(max_length=4, choices=Medium)
    purpose = models.CharField(max_length=12, choices=Purpose)
    user = models.ForeignKey(
        "portal.User", on_delete=models.CASCADE, null=True, related_name="messages"
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, null=True, related_name="messages"
    )
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, null=True, related_name="messages")
    address = models.EmailField(blank=True)  # of a confirmation; else the person's own
    contents = models.JSONField(default=list)  # wording.Item, one or an hour's
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    message = models.TextField(blank=True)  # why it stands where it stands, in words
    attempt = models.PositiveIntegerField(default=0)  # the fence
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(medium="mail", channel=None, user__isnull=False)
                | Q(medium="chat", channel__isnull=False, user=None),
                name="message_has_a_reader",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="message_due"),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="message_leased"
            ),
            models.Index(F("id").desc(), condition=Q(state="dead"), name="message_dead"),
            models.Index(
                F("id").desc(),
                condition=Q(state__in=("queued", "sending")),
                name="message_on_its_way",
            ),
            models.Index(fields=["channel", "-id"], name="message_by_channel"),
            models.Index(fields=["user", "-id"], name="message_by_user"),
        ]


STATES: dict[Message.State, tuple[Tone, str]] = {
    Message.State.QUEUED: ("neutral", "waiting"),
    Message.State.SENDING: ("running", "running"),
    Message.State.SENT: ("good", "good"),
    Message.State.DEAD: ("bad", "bad"),
    Message.State.DROPPED: ("neutral", "neutral"),
}
