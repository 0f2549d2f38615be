"""The API of environments."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments import operations, queries
from deployments.environments.models import Environment
from portal.api import Nouns
from portal.schema_headers import CONDITIONAL


class EnvironmentOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    title = serializers.CharField()
    order = serializers.IntegerField()
    approvals = serializers.IntegerField()
    is_production = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class NewEnvironment(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField(default="", allow_blank=True)
    order = serializers.IntegerField()
    approvals = serializers.IntegerField(default=0)
    is_production = serializers.BooleanField(default=False)
    reason = serializers.CharField(
        max_length=1000,
        default="",
        allow_blank=True,
        help_text="Needed where production comes after another environment by it.",
    )


class EnvironmentChange(serializers.Serializer):
    """As far as given; for `approvals` there is a verb, which asks why."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    order = serializers.IntegerField(required=False)
    is_production = serializers.BooleanField(required=False)
    reason = serializers.CharField(
        max_length=1000,
        default="",
        allow_blank=True,
        help_text="Needed where production comes after another environment by it.",
    )


class ApprovalsIn(serializers.Serializer):
    approvals = serializers.IntegerField(min_value=0, max_value=10)
    reason = serializers.CharField(max_length=1000)


class EnvironmentFilter(django_filters.FilterSet):
    is_production = django_filters.BooleanFilter()

    class Meta:
        model = Environment
        fields: ClassVar[list[str]] = []


class Environments(Nouns):
    """Places to deploy to, in the order in which things are promoted."""

    noun = "environment"
    queryset = queries.environments()
    serializer_class = EnvironmentOut
    lookup_field = "name"
    ordering = "order"
    orderings = ("name",)
    filterset_class = EnvironmentFilter
    facts = staticmethod(operations.facts_of)

    @extend_schema(request=NewEnvironment, responses={201: EnvironmentOut})
    def create(self, request: Request, **_: Any) -> Response:
        given = self.given(NewEnvironment)
        return self.shown(operations.create(**given, by=self.by, now=timezone.now()), 201)

    @extend_schema(request=EnvironmentChange, responses=EnvironmentOut)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise, put it elsewhere on the way: as far as given."""
        changed = operations.change(
            environment=self.get_object(),
            **self.given(EnvironmentChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(changed)

    @extend_schema(request=ApprovalsIn, responses=EnvironmentOut, parameters=CONDITIONAL)
    @action(detail=True, methods=["post"])
    def approvals(self, request: Request, name: str) -> Response:
        """How many others have to agree from now on."""
        changed = operations.change_approvals(
            environment=self.get_object(),
            **self.given(ApprovalsIn),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(changed)
