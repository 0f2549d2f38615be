"""The axis of changes over the API; the same words filter it as on the page."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from observability.changes import queries
from observability.changes.models import Change, Commit, Link
from observability.comparison import queries as comparing
from observability.comparison import wording
from observability.comparison.serializers import ComparisonOut
from portal.accounts import access
from portal.api import Nouns
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.filters import AnyOf, ByName


class LinkOut(serializers.ModelSerializer):
    """`kind` says what this change does to the other: it reverses, fixes or is caused by it.

    `evidence` is by what that was seen, where it was kept.
    """

    change = serializers.UUIDField(source="other_id")
    title = serializers.CharField(source="other.title")

    class Meta:
        model = Link
        fields = ("kind", "change", "title", "evidence")


class CommitOut(serializers.ModelSerializer):
    class Meta:
        model = Commit
        fields = ("sha", "repository", "message", "authored_at", "committed_at")


class ChangeOut(serializers.ModelSerializer):
    """Something that changed; `finished_at` is empty while it goes on.

    `live_at` is when a deployment began to serve, whatever became of it.
    """

    component = serializers.CharField(source="component.name", default=None, allow_null=True)
    actor = serializers.CharField(source="actor.username", default=None, allow_null=True)
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
    client = django_filters.CharFilter(method="of_client")
    environment = django_filters.CharFilter()
    kind = AnyOf(choices=Change.Kind.choices)
    outcome = AnyOf(choices=Change.Outcome.choices)
    release = django_filters.CharFilter()
    since = django_filters.IsoDateTimeFilter("started_at", "gte")
    until = django_filters.IsoDateTimeFilter("started_at", "lt")

    class Meta:
        model = Change
        fields: list[str] = []

    def of_client(self, rows: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        return rows.filter(component__in=catalog.feeding(value)) if value else rows


class Changes(Nouns):
    """What changed, for what, where and by whom; newest first."""

    noun = "change"
    queryset = queries.changes()
    serializer_class = ChangeOut
    filterset_class = ChangeFilter
    ordering = ("-started_at", "-id")

    @extend_schema(operation_id="change_comparison", responses=ComparisonOut)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def comparison(self, request: Request, pk: str) -> Response:
        """A deployment beside what served before it, also where others deployed it."""
        change = comparing.deployment(pk)
        figures = wording.as_json(comparing.compared(change, timezone.now()))
        may_read = access.may(self.by, "log.read", change.component)
        return Response(ComparisonOut(wording.readable(figures, may_read=may_read)).data)
