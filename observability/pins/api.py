"""Pinned queries over the API: kept, changed, moved, taken away, and what they answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from observability.health import queries as health
from observability.health import windows
from observability.pins import operations, queries
from observability.pins.models import PinnedQuery
from observability.series.api import MetricLinesOut, answered
from portal.api import Named, Nouns
from portal.catalog import queries as catalog
from portal.filters import identities


class PinnedQueryOut(serializers.ModelSerializer):
    component = serializers.CharField(source="component.name")
    changed_by = serializers.CharField(source="changed_by.username")

    class Meta:
        model = PinnedQuery
        fields = (
            *("id", "component", "name", "unit", "store", "query"),
            *("position", "changed_by", "changed_at"),
        )


class PinnedQueryIn(serializers.Serializer):
    """The store is asked once before it is kept."""

    component = Named("component", catalog.components())
    name = serializers.CharField(max_length=60)
    unit = serializers.CharField(required=False, default="", allow_blank=True, max_length=20)
    store = serializers.ChoiceField(
        choices=PinnedQuery.Store.choices, required=False, default=PinnedQuery.Store.BUILT_IN
    )
    query = serializers.CharField(max_length=2_000)


class PinnedQueryChange(serializers.Serializer):
    """What is not given stays. `position` 0 is the first."""

    name = serializers.CharField(max_length=60, required=False)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    store = serializers.ChoiceField(choices=PinnedQuery.Store.choices, required=False)
    query = serializers.CharField(max_length=2_000, required=False)


class PinnedQueryMove(serializers.Serializer):
    """Where it is to stand; 0 is the first."""

    position = serializers.IntegerField(min_value=0, max_value=100)


class PinnedQueryAsked(serializers.Serializer):
    """Where and when; without an environment it is where clients are served."""

    environment = serializers.CharField(required=False, default=None, allow_blank=True)
    span = serializers.ChoiceField(
        choices=list(windows.PRESETS), required=False, default=windows.USUAL
    )
    since = serializers.CharField(required=False, default="")
    until = serializers.CharField(required=False, default="")


class PinnedQueries(Nouns):
    """Queries on pages of health."""

    noun = "pinned query"
    serializer_class = PinnedQueryOut
    queryset = queries.pins()
    facts = staticmethod(operations.facts_of)
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[PinnedQuery]:
        rows = queries.pins()
        if name := self.request.query_params.get("component", ""):
            rows = rows.filter(component__in=identities(catalog.components(), name=name))
        return rows

    @extend_schema(parameters=[OpenApiParameter("component", str)])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of them, or those of a component."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=PinnedQueryIn, responses={201: PinnedQueryOut})
    def create(self, request: Request) -> Response:
        """Pin a query to a component."""
        pin = operations.add(**self.given(PinnedQueryIn), by=self.by, now=timezone.now())
        return self.shown(pin, status.HTTP_201_CREATED)

    @extend_schema(request=PinnedQueryChange, responses=PinnedQueryOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Ask something else, or call it otherwise."""
        given = self.given(PinnedQueryChange)
        pin = operations.change(
            pin=self.get_object(), **given, seen=self.seen, by=self.by, now=timezone.now()
        )
        return self.shown(pin)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it off the page."""
        operations.remove(pin=self.get_object(), seen=self.seen, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=PinnedQueryMove, responses=PinnedQueryOut)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Let it stand elsewhere among those of its component."""
        position = self.given(PinnedQueryMove)["position"]
        pin = operations.move(
            pin=self.get_object(), position=position, by=self.by, now=timezone.now()
        )
        return self.shown(pin)

    @extend_schema(parameters=[PinnedQueryAsked], responses=MetricLinesOut)
    @action(detail=True, methods=["get"])
    def values(self, request: Request, pk: str) -> Response:
        """What it answers over a time."""
        given = self.asked(PinnedQueryAsked)
        window = windows.read(given, timezone.now())
        place, _ = health.environment(given["environment"])
        lines = queries.answer(self.get_object(), place, window, self.by)
        return answered(lines, queries.step(window))
