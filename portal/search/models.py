"""What can be found: one row for each thing that people look for by name or by what is in it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from portal.ids import uuid7


class Kind(models.TextChoices):
    """What a found thing is, in the order in which facets show it."""

    COMPONENT = "component", "Component"
    ENTITY = "entity", "Entity"
    CLIENT = "client", "Client"
    DESTINATION = "destination", "Destination"
    CONNECTION = "connection", "Connection"
    ENVIRONMENT = "environment", "Environment"
    TEAM = "team", "Team"
    PERSON = "person", "Person"
    PATH = "path", "Golden path"
    PAGE = "page", "Handbook"

    @property
    def icon(self) -> str:
        return ICONS[self]

    @property
    def plural(self) -> str:
        return PLURALS.get(self, f"{self.label}s")


ICONS: dict[Kind, str] = {
    Kind.COMPONENT: "catalog",
    Kind.ENTITY: "file",
    Kind.CLIENT: "client",
    Kind.DESTINATION: "send",
    Kind.CONNECTION: "database",
    Kind.ENVIRONMENT: "environment",
    Kind.TEAM: "team",
    Kind.PERSON: "user",
    Kind.PATH: "plus",
    Kind.PAGE: "book",
}
PLURALS: dict[Kind, str] = {Kind.ENTITY: "Entities", Kind.PERSON: "People", Kind.PAGE: "Handbook"}


class Findable(models.Model):
    """A thing as the search knows it; the thing itself lives in the topic that put it here.

    `labels` are "relation:value" ("column:carrier"); `parts` and `hints` are the words of the name
    and of the labels; `near` holds the words of the name with a letter left out, for slips.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    team = models.CharField(max_length=60, blank=True)  # its name: the one that answers for it
    url = models.CharField(max_length=400)
    icon = models.CharField(max_length=20)
    note = models.CharField(max_length=120, blank=True)  # what it is, in a few words
    labels = ArrayField(models.CharField(max_length=200), default=list)
    weight = models.SmallIntegerField(default=0)  # of two that fit alike, the heavier stands first
    parts = models.TextField(blank=True)
    hints = models.TextField(blank=True)
    near = ArrayField(models.TextField(), default=list)
    words = models.GeneratedField(
        expression=(
            SearchVector("parts", config="simple", weight="A")
            + SearchVector("title", config="simple", weight="B")
            + SearchVector("hints", config="simple", weight="C")
            + SearchVector("text", config="english", weight="D")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="findable_once")]
        indexes = [
            # Written seldom, asked all day: nothing waits in a pending list.
            GinIndex(fields=["words"], name="findable_by_words", fastupdate=False),
            GinIndex(fields=["labels"], name="findable_by_label", fastupdate=False),
            GinIndex(fields=["near"], name="findable_by_slip", fastupdate=False),
            models.Index(OpClass("name", "text_pattern_ops"), name="findable_by_name"),
        ]

    def __str__(self) -> str:
        return self.name
