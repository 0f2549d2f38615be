"""What happened, and who is told of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Value

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
    DEPLOYMENT_WAITING = "deployment.waiting", "A deployment needs a decision"
    DEPLOYMENT_FINISHED = "deployment.finished", "A deployment is live"
    DEPLOYMENT_FAILED = "deployment.failed", "A deployment failed or was refused"
    DEPLOYMENT_ROLLED_BACK = "deployment.rolled_back", "A rollback was done, or failed"
    RELEASE_REJECTED = "release.rejected", "A version was rejected"
    COMPONENT_DEPRECATED = "component.deprecated", "A component will end"
    COMPONENT_CLAIMED = "component.claimed", "A component has an owner now"
    COMPONENT_LET_GO = "component.let_go", "A component has no owner any longer"
    GRANT_GIVEN = "grant.given", "A team may use something new"
    CATALOG_FINDINGS = "catalog.findings", "A file of the catalog has something wrong"
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
    # The clients whom it concerns: {name: id of the team that answers for it}
    receivers = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
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
