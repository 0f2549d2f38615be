"""Imports of history over the API."""

from __future__ import annotations

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from observability.history import operations, queries
from observability.history.models import HistoryImport
from portal.api import Named, Nouns
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.filters import AnyOf, ByName


class HistoryImportOut(serializers.ModelSerializer):
    component = serializers.CharField(source="component.name")
    asked_by = serializers.CharField(source="asked_by.username", default=None, allow_null=True)

    class Meta:
        model = HistoryImport
        fields = (
            *("id", "component", "environment", "repository", "branch", "how", "pattern"),
            *("state", "message", "commits", "deployments"),
            *("asked_by", "asked_at", "finished_at"),
        )


class HistoryImportIn(serializers.Serializer):
    component = Named("component", catalog.components())
    environment = serializers.CharField(max_length=60)
    repository = serializers.CharField(max_length=400, help_text="https://…")
    how = serializers.ChoiceField(choices=HistoryImport.How.choices)
    pattern = serializers.CharField(
        max_length=120, default="", allow_blank=True, help_text="Of tags: v*, for example."
    )
    branch = serializers.CharField(max_length=120, default="", allow_blank=True)
    secret = serializers.CharField(
        max_length=4000,
        default="",
        allow_blank=True,
        help_text="A token that may read it, where it is not open to everyone.",
    )


class HistoryImportFilter(django_filters.FilterSet):
    component = ByName("component", Component.objects.all())
    state = AnyOf(choices=HistoryImport.State.choices)

    class Meta:
        model = HistoryImport
        fields: list[str] = []


class HistoryImports(Nouns):
    """What repositories said of the past."""

    noun = "import"
    queryset = queries.imports()
    serializer_class = HistoryImportOut
    filterset_class = HistoryImportFilter

    @extend_schema(request=HistoryImportIn, responses={201: HistoryImportOut})
    def create(self, request: Request) -> Response:
        """Have a repository read; a worker does it, and `state` and `message` say how far it is."""
        asked = operations.ask(**self.given(HistoryImportIn), by=self.by, now=timezone.now())
        return self.shown(asked, status.HTTP_201_CREATED)
