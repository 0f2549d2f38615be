"""Searches that people keep, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from observability.logs import operations, searches
from observability.logs.models import SavedSearch
from observability.logs.spans import PRESETS, USUAL
from portal.accounts import queries as accounts
from portal.api import Named, Nouns


class SavedSearchOut(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner.username")
    team = serializers.CharField(source="team.name", allow_null=True, default=None)

    class Meta:
        model = SavedSearch
        fields = ("id", "name", "query", "span", "owner", "team", "saved_at")


class SavedSearchIn(serializers.Serializer):
    """With a team everyone there has it."""

    name = serializers.CharField(max_length=80)
    query = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    span = serializers.ChoiceField(choices=list(PRESETS), required=False, default=USUAL)
    team = Named("team", accounts.teams(), required=False, allow_null=True, default=None)


class SavedSearchChange(serializers.Serializer):
    name = serializers.CharField(max_length=80)


class SavedSearches(Nouns):
    """A person's own searches, and those that teams of theirs share."""

    noun = "saved search"
    serializer_class = SavedSearchOut
    queryset = SavedSearch.objects.none()
    facts = staticmethod(operations.facts_of)
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[SavedSearch]:
        return searches.of(self.by)

    @extend_schema(request=SavedSearchIn, responses={201: SavedSearchOut})
    def create(self, request: Request) -> Response:
        """Keep a search under a name."""
        given: dict[str, Any] = self.given(SavedSearchIn)
        search = operations.save(**given, by=self.by, now=timezone.now())
        return self.shown(search, status.HTTP_201_CREATED)

    @extend_schema(request=SavedSearchChange, responses=SavedSearchOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Call it otherwise."""
        name = self.given(SavedSearchChange)["name"]
        search = operations.rename(
            search=self.get_object(), name=name, seen=self.seen, by=self.by, now=timezone.now()
        )
        return self.shown(search)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Keep it no longer."""
        operations.remove(search=self.get_object(), seen=self.seen, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
