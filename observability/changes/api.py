"""The axis of changes over the API; the same words filter it as on the page."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from observability.changes import queries
from observability.changes.models import Change, Commit, Link
from portal.api import Nouns
from portal.catalog.models import Component
from portal.filters import AnyOf, ByName


class LinkOut(serializers.ModelSerializer):
    """`kind` says what this change does to the other: it reverses, fixes or is caused by it."""

    change = serializers.UUIDField(source="other_id")
    title = serializers.CharField(source="other.title")

    class Meta:
        model = Link
        fields = ("kind", "change", "title")


class CommitOut(serializers.ModelSerializer):
    class Meta:
        model = Commit
        fields = ("sha", "repository", "message", "authored_at", "committed_at")


class ChangeOut(serializers.ModelSerializer):
    """Something that changed; `finished_at` is empty while it goes on.

    `live_at` is when a deployment began to serve, whatever became of it.
    """

    component = serializers.CharField(source="component.name", default=None)
    actor = serializers.CharField(source="actor.username", default=None)
    links = LinkOut(many=True)
    commits = CommitOut(many=True)

    class Meta:
        model = Change
        fields = (
            "id",
            "source",
            "external_id",
            "kind",
            "component",
            "environment",
            "release",
            "title",
            "started_at",
            "finished_at",
            "live_at",
            "outcome",
            "is_planned",
            "actor",
            "actor_name",
            "reason",
            "url",
            "links",
            "commits",
        )


class ChangeFilter(django_filters.FilterSet):
    component = ByName("component", Component.objects.all())
    team = ByName("component", Component.objects.all(), by="team__name")
    environment = django_filters.CharFilter()
    kind = AnyOf(choices=Change.Kind.choices)
    outcome = AnyOf(choices=Change.Outcome.choices)
    release = django_filters.CharFilter()
    since = django_filters.IsoDateTimeFilter("started_at", "gte")
    until = django_filters.IsoDateTimeFilter("started_at", "lt")

    class Meta:
        model = Change
        fields: list[str] = []


class Changes(Nouns):
    """What changed, for what, where and by whom; newest first."""

    noun = "change"
    queryset = queries.changes()
    serializer_class = ChangeOut
    filterset_class = ChangeFilter
    ordering = ("-started_at", "-id")
