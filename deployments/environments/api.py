"""The API of environments."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments import operations, queries
from portal.api import Nouns


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


class EnvironmentChange(serializers.Serializer):
    """As far as given; for `approvals` there is a verb, which asks why."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    order = serializers.IntegerField(required=False)
    is_production = serializers.BooleanField(required=False)


class ApprovalsIn(serializers.Serializer):
    approvals = serializers.IntegerField(min_value=0, max_value=10)
    reason = serializers.CharField(max_length=1000)


class Environments(Nouns):
    """Places to deploy to, in the order in which things are promoted."""

    noun = "environment"
    queryset = queries.environments()
    serializer_class = EnvironmentOut
    lookup_field = "name"
    ordering = "order"

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
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(changed)

    @extend_schema(request=ApprovalsIn, responses=EnvironmentOut)
    @action(detail=True, methods=["post"])
    def approvals(self, request: Request, name: str) -> Response:
        """How many others have to agree from now on."""
        place = self.get_object()
        given = self.given(ApprovalsIn)
        changed = operations.change_approvals(
            environment=place, seen=place.approvals, by=self.by, now=timezone.now(), **given
        )
        return self.shown(changed)
