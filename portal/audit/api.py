"""The audit over the API: look and filter, nothing else."""

from __future__ import annotations

import django_filters
from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from portal.accounts.models import User
from portal.api import Asking
from portal.audit import queries
from portal.audit.models import Entry
from portal.filters import ByName


class EntryOut(serializers.ModelSerializer):
    """One act. `sequence` and `digest` are empty until it is sealed, within a second."""

    actor = serializers.CharField(source="actor.username", default=None, allow_null=True)
    sequence = serializers.IntegerField(source="seal.sequence", default=None, allow_null=True)
    digest = serializers.CharField(source="seal.digest", default=None, allow_null=True)

    class Meta:
        model = Entry
        fields = (
            "id",
            "at",
            "actor",
            "actor_name",
            "token_id",
            "verb",
            "kind",
            "thing",
            "thing_id",
            "component",
            "team",
            "environment",
            "outcome",
            "reason",
            "before",
            "after",
            "request_id",
            "sequence",
            "digest",
        )


class EntryFilter(django_filters.FilterSet):
    """The same words as on the page."""

    component = django_filters.CharFilter()
    actor = ByName("actor", User.objects.all(), by="username")
    kind = django_filters.CharFilter()
    verb = django_filters.CharFilter()
    environment = django_filters.CharFilter()
    team = django_filters.CharFilter()
    outcome = django_filters.ChoiceFilter(choices=Entry.Outcome.choices)
    thing_id = django_filters.CharFilter()
    request_id = django_filters.CharFilter()
    since = django_filters.IsoDateTimeFilter("at", "gte")
    until = django_filters.IsoDateTimeFilter("at", "lt")

    class Meta:
        model = Entry
        fields: list[str] = []


class Audit(Asking, mixins.ListModelMixin, GenericViewSet):
    """Who did what, to what, when and why; newest first."""

    queryset = queries.entries()
    serializer_class = EntryOut
    filterset_class = EntryFilter
