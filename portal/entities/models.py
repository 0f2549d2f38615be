"""The catalog from elsewhere: where it comes from, and entities as their files describe them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.descriptors.refs import short
from portal.descriptors.relations import PAIRS
from portal.ids import uuid7
from portal.names import slug_validator
from portal.tones import Tone


class CatalogSource(models.Model):
    """A repository, or a file that was sent, that describes entities.

    Without a team it is the platform's and may speak for every team. `commit` is what was read
    last; the row is also the work: claimed by `attempt`, due at `next_at`.
    """

    class Kind(models.TextChoices):
        GIT = "git", "Git repository"
        FILE = "file", "File that is sent"

    class State(models.TextChoices):
        IDLE = "idle", "Up to date"
        QUEUED = "queued", "Waits"
        RUNNING = "running", "Reads"
        FAILED = "failed", "Failed"

        @property
        def tone(self) -> Tone:
            return SOURCE_TONES[self][0]

        @property
        def icon(self) -> str:
            return SOURCE_TONES[self][1]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=48, unique=True, validators=[slug_validator])
    kind = models.CharField(max_length=4, choices=Kind)
    team = models.ForeignKey(
        "portal.Team", on_delete=models.PROTECT, null=True, related_name="catalog_sources"
    )
    repository = models.CharField(max_length=400, blank=True)
    branch = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=200, default="catalog-info.yaml")  # may be a pattern
    hosts = ArrayField(models.CharField(max_length=200), default=list)  # may be read from
    may_reach_inside = models.BooleanField(default=False)  # networks of one's own
    secret = models.BinaryField(null=True)  # a token that may read the repository
    hook_secret = models.BinaryField(null=True)  # what its webhooks are signed with
    content = models.BinaryField(null=True)  # of a file that was sent
    every_minutes = models.PositiveIntegerField(default=15)
    created_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    message = models.CharField(max_length=400, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)  # that failed since the last that did not
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    commit = models.CharField(max_length=64, blank=True)
    reader = models.CharField(max_length=8, blank=True, default="", db_default="")  # that read it
    looked_at = models.DateTimeField(null=True)  # and found it up to date, or made it so
    files_done = models.PositiveIntegerField(default=0)
    files_found = models.PositiveIntegerField(default=0)
    entities_read = models.PositiveIntegerField(default=0)
    is_asked = models.BooleanField(default=False)  # by a person: read whether it moved or not
    is_wanted_again = models.BooleanField(default=False)  # asked for while it was being read

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="catalog_source_by_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


SOURCE_TONES: dict[CatalogSource.State, tuple[Tone, str]] = {
    CatalogSource.State.IDLE: ("good", "good"),
    CatalogSource.State.QUEUED: ("neutral", "clock"),
    CatalogSource.State.RUNNING: ("running", "run"),
    CatalogSource.State.FAILED: ("bad", "bad"),
}


class CatalogFile(models.Model):
    """A file as it was last read: one that is still the same is not read again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(CatalogSource, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=400)  # or its address
    digest = models.CharField(max_length=64)  # "": to be read again in any case
    is_far = models.BooleanField(default=False)  # part of it lies elsewhere
    reads = models.JSONField(default=list)  # paths of texts that were put in
    targets = models.JSONField(default=list)  # where its locations lead: paths, patterns, addresses

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "path"], name="catalog_file_once")]


class Entity(models.Model):
    """One entity, as its document describes it; `ref` is its identity, in small letters.

    `component` is what it is here. `is_made`: the component was registered by the source, and
    `given` are the facts that the source wrote last: what a person changed since is theirs.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(CatalogSource, on_delete=models.PROTECT, related_name="entities")
    ref = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=63)  # as written
    folded = models.CharField(max_length=63)  # the kind in small letters
    namespace = models.CharField(max_length=63)
    name = models.CharField(max_length=63)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=120, blank=True)
    lifecycle = models.CharField(max_length=120, blank=True)
    owner = models.CharField(max_length=200, blank=True)  # whole references
    system = models.CharField(max_length=200, blank=True)
    tags = ArrayField(models.CharField(max_length=63), default=list)
    data = models.JSONField()
    text = models.TextField()
    digest = models.CharField(max_length=32)
    path = models.CharField(max_length=400)
    line = models.PositiveIntegerField()
    commit = models.CharField(max_length=64, blank=True)  # in which this content was first seen
    is_broken = models.BooleanField(default=False)
    component = models.ForeignKey(
        "portal.Component", on_delete=models.SET_NULL, null=True, related_name="entities"
    )
    team = models.ForeignKey(
        "portal.Team", on_delete=models.SET_NULL, null=True, related_name="+"
    )  # which a group is here
    is_made = models.BooleanField(default=False)
    given = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    orphaned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "entities"
        indexes = [
            models.Index(fields=["source", "path"], name="entity_by_file"),
            models.Index(fields=["folded", "ref"], name="entity_by_kind"),
            models.Index(fields=["owner", "ref"], name="entity_by_owner"),
            models.Index(fields=["system", "ref"], name="entity_by_system"),
            models.Index(
                fields=["source", "ref"],
                condition=Q(orphaned_at__isnull=False),
                name="entity_orphaned",
            ),
            models.Index(
                fields=["source", "ref"], condition=Q(is_broken=True), name="entity_broken"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def shown(self) -> str:
        """Its title, else its name."""
        return self.title or self.name

    @property
    def short(self) -> str:
        return short(self.ref)


class EntityRelation(models.Model):
    """One entity stands in a relation to another, as `said_by` says. The way back is derived."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    said_by = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="relations")
    source = models.CharField(max_length=200)  # references: either may not exist
    type = models.CharField(max_length=16, choices=[(one, one) for one in PAIRS])
    target = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["said_by", "source", "type", "target"], name="entity_relation_once"
            )
        ]
        indexes = [
            models.Index(fields=["source", "type"], name="entity_relation_forth"),
            models.Index(fields=["target", "type"], name="entity_relation_back"),
        ]


class EntityFinding(models.Model):
    """What is wrong with a document, where, and what to do. `ref` is "" where nobody can tell."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(CatalogSource, on_delete=models.CASCADE, related_name="findings")
    ref = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=400)
    line = models.PositiveIntegerField(null=True)
    column = models.PositiveIntegerField(null=True)
    field = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=500)
    since_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "path"], name="entity_finding_by_file"),
            models.Index(fields=["ref"], name="entity_finding_by_ref"),
        ]


class CatalogHook(models.Model):
    """A webhook that was heard, so that the same one again does nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(CatalogSource, on_delete=models.CASCADE, related_name="hooks")
    delivery = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "delivery"], name="catalog_hook_once")
        ]
