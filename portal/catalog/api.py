"""Components over the API: look, filter, register what is no transformation."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import Team
from portal.api import Named, Nouns
from portal.catalog import operations, queries
from portal.catalog.facts import LINK_KINDS, OTHER
from portal.catalog.models import Component, Dependency
from portal.search.filters import ByWords

# A transformation becomes a component by its file: POST /api/v1/transformations/
REGISTERED_HERE = [
    choice for choice in Component.Kind.choices if choice[0] != Component.Kind.TRANSFORMATION
]


class DependencyOut(serializers.ModelSerializer):
    class Meta:
        model = Dependency
        fields = ("direction", "kind", "name", "source", "since_at")


class ComponentOut(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name")
    replacement = serializers.CharField(source="replacement.name", default=None, allow_null=True)

    class Meta:
        model = Component
        fields: tuple[str, ...] = (
            "id",
            "name",
            "title",
            "description",
            "kind",
            "team",
            "tier",
            "lifecycle",
            "sunset_on",
            "replacement",
            "links",
            "created_at",
        )


class ComponentDetail(ComponentOut):
    dependencies = DependencyOut(many=True)

    class Meta(ComponentOut.Meta):
        fields = (*ComponentOut.Meta.fields, "dependencies")


class ComponentIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    team = Named("team", Team.objects.all())
    kind = serializers.ChoiceField(choices=REGISTERED_HERE)
    title = serializers.CharField(max_length=120, default="", allow_blank=True)
    description = serializers.CharField(max_length=4000, default="", allow_blank=True)
    tier = serializers.IntegerField(min_value=1, max_value=4, default=3)


class LinkIn(serializers.Serializer):
    title = serializers.CharField(max_length=80, default="", allow_blank=True)
    url = serializers.CharField(max_length=400)
    kind = serializers.ChoiceField(choices=[*LINK_KINDS, OTHER], default=OTHER)


class ComponentChange(serializers.Serializer):
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    tier = serializers.IntegerField(required=False, min_value=1, max_value=4)
    lifecycle = serializers.ChoiceField(
        choices=Component.Lifecycle.choices,
        required=False,
        help_text="Deprecating is a golden path of its own.",
    )
    links = LinkIn(many=True, required=False, help_text="All of them; what is left out is gone.")


class HandOver(serializers.Serializer):
    to = Named("team", Team.objects.all())
    reason = serializers.CharField(max_length=1000)
    confirm = serializers.CharField(max_length=60, help_text="The component's name once more.")


class ComponentFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Component.Kind.choices)
    team = django_filters.CharFilter("team__name")
    q = ByWords("component")
    name_begins = django_filters.CharFilter(
        "name", lookup_expr="startswith", label="Whose names begin so."
    )

    class Meta:
        model = Component
        fields: list[str] = []


class Components(Nouns):
    """What there is, and which team answers for it."""

    noun = "component"
    queryset = queries.components()
    serializer_class = ComponentOut
    filterset_class = ComponentFilter
    lookup_field = "name"
    ordering = "name"
    facts = staticmethod(operations.facts_of)

    def get_queryset(self) -> Any:
        return queries.components() if self.action == "list" else queries.detailed()

    def get_serializer_class(self) -> Any:
        return ComponentOut if self.action == "list" else ComponentDetail

    @extend_schema(request=ComponentIn, responses={201: ComponentDetail})
    def create(self, request: Request) -> Response:
        """Make a service, library, resource or API known."""
        component = operations.register(**self.given(ComponentIn), by=self.by, now=timezone.now())
        return self.shown(component, status.HTTP_201_CREATED)

    @extend_schema(request=ComponentChange, responses=ComponentDetail)
    def partial_update(self, request: Request, name: str) -> Response:
        """Write down what it is; what is left out stays."""
        component = operations.change(
            component=self.get_object(),
            **self.given(ComponentChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(component)

    @extend_schema(request=HandOver, responses=ComponentDetail)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, name: str) -> Response:
        """Another team answers for it from now on."""
        component = operations.hand_over(
            component=self.get_object(), **self.given(HandOver), by=self.by, now=timezone.now()
        )
        return self.shown(component)
