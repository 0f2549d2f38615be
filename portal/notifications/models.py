"""What happened, who is told of it, how they want to be told, and the messages on their way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portal.ids import uuid7
from portal.notifications import wording
from portal.notifications.kinds import SORTS
from portal.tones import Tone


class Kind(models.TextChoices):
    """What people can be told of; kinds.py says what each means."""

    RUN_FAILED = "run.failed", "Runs fail, or work again"
    DELIVERY_FAILED = "delivery.failed", "Deliveries fail, or arrive again"
    RUN_LATE = "run.late", "Runs are late"
    APPROVAL_NEEDED = "approval.needed", "A deployment waits for approval"
    DEPLOYMENT_WAITING = "deployment.waiting", "A deployment waits for a word"
    DEPLOYMENT_FINISHED = "deployment.finished", "A deployment is live"
    DEPLOYMENT_FAILED = "deployment.failed", "A deployment failed or was refused"
    DEPLOYMENT_ROLLED_BACK = "deployment.rolled_back", "A rollback was done, or failed"
    RELEASE_REJECTED = "release.rejected", "A version was rejected"
    COMPONENT_DEPRECATED = "component.deprecated", "A component will end"
    GRANT_GIVEN = "grant.given", "A team may use something new"
    FEEDBACK_ANSWERED = "feedback.answered", "Your feedback was answered"


class About(models.Model):
    """What events and matters know of what they are about. Things above stand here by name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=24, choices=Kind)
    key = models.CharField(max_length=300)  # the same thing has the same key, whoever says it
    subject = models.CharField(max_length=200)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey("portal.Team", on_delete=models.CASCADE, null=True, related_name="+")
    client = models.CharField(max_length=60, blank=True)
    environment = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=400, blank=True)  # a path
    since_at = models.DateTimeField()

    class Meta:
        abstract = True


class Event(About):
    """Something that an operation wrote down in its own transaction; gone once it is folded."""

    person = models.ForeignKey("portal.User", on_delete=models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey("portal.User", on_delete=models.CASCADE, null=True, related_name="+")
    is_over = models.BooleanField(default=False)  # the condition of this key has ended
    at = models.DateTimeField()
    due_at = models.DateTimeField()  # later than `at` only where folding it failed

    class Meta(About.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["kind", "key"], name="event_by_key"),
            models.Index(fields=["due_at"], name="event_due"),
        ]


class Matter(About):
    """One thing to know: something that happened, or a condition from its beginning to its end."""

    is_condition = models.BooleanField()
    times = models.PositiveIntegerField(default=1)
    rounds = models.PositiveIntegerField(default=1)  # how often it began; see pacing.FLICKER
    last_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()  # when messages were last written about it

    class Meta(About.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(is_condition=False) | Q(over_at=None),
                name="matter_once",
            )
        ]
        indexes = [
            models.Index(fields=["kind", "key", "-over_at"], name="matter_by_key"),
            models.Index(
                fields=["told_at"], condition=Q(is_condition=True, over_at=None), name="matter_open"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.is_condition and self.over_at is None

    @property
    def title(self) -> str:
        return wording.title(self)

    @property
    def story(self) -> str:
        return wording.story(self)

    @property
    def tone(self) -> Tone:
        """A condition that has ended is good news, or none."""
        sort = SORTS[self.kind]
        if not sort.is_condition or self.is_open:
            return sort.tone
        return "good" if sort.ends else "neutral"

    @property
    def icon(self) -> str:
        sort = SORTS[self.kind]
        if not sort.is_condition or self.is_open:
            return sort.icon
        return "good" if sort.ends else "check"


class Notice(models.Model):
    """A matter as one person is told of it: what the bell counts and the page lists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="notices")
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24, choices=Kind)  # the matter's: lists filter by it
    because = models.CharField(max_length=200)  # "you are in airline-data"
    is_shown = models.BooleanField(default=True)  # in the page; else it is only mailed
    at = models.DateTimeField()  # when it last changed its state
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "matter"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["user", "-at", "-id"], condition=Q(is_shown=True), name="notice_newest"
            ),
            models.Index(
                fields=["user", "-at", "-id"],
                condition=Q(is_shown=True, read_at=None),
                name="notice_unread",
            ),
        ]


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
