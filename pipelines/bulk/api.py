"""Bulk actions over the API: look at the list, do it, watch, stop."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action as verb
from rest_framework.request import Request
from rest_framework.response import Response

from pipelines.bulk import operations, queries, selecting
from pipelines.bulk.models import BulkAction, BulkItem
from portal.accounts import access
from portal.accounts.models import User
from portal.api import Nouns
from portal.filters import AnyOf, ByName
from portal.instants import sensible

SHOWN = 200


class SelectionIn(serializers.Serializer):
    """Which: everything that is said narrows it down."""

    team = serializers.CharField(required=False)
    component = serializers.CharField(required=False)
    environment = serializers.CharField(required=False)
    client = serializers.CharField(required=False, help_text="Of deliveries only.")
    since = serializers.DateTimeField(required=False, validators=[sensible])
    until = serializers.DateTimeField(required=False, validators=[sensible])


class BulkPlanIn(serializers.Serializer):
    verb = serializers.ChoiceField(choices=BulkAction.Verb.choices)
    selection = SelectionIn(default=dict)


class BulkIn(BulkPlanIn):
    digest = serializers.CharField(max_length=64, help_text="Of the list that was looked at.")
    reason = serializers.CharField(max_length=1000)


class PlannedOut(serializers.Serializer):
    """One run or delivery that would be touched."""

    id = serializers.UUIDField(source="pk")
    number = serializers.IntegerField()
    title = serializers.CharField()
    team = serializers.CharField()
    client = serializers.CharField()
    environment = serializers.CharField()
    state = serializers.CharField()


class BulkPlanOut(serializers.Serializer):
    """What would be touched. `items` are the first 200 of them."""

    digest = serializers.CharField()
    total = serializers.IntegerField()
    teams = serializers.SerializerMethodField()
    clients = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()

    def get_teams(self, plan: selecting.Plan) -> dict[str, int]:
        return dict(plan.teams)

    def get_clients(self, plan: selecting.Plan) -> dict[str, int]:
        return dict(plan.clients)

    @extend_schema_field(PlannedOut(many=True))
    def get_items(self, plan: selecting.Plan) -> Any:
        return PlannedOut(plan.items[:SHOWN], many=True).data


class BulkActionOut(serializers.ModelSerializer):
    """One verb for many. `left` wait still."""

    asked_by = serializers.CharField(source="asked_by.username")
    left = serializers.IntegerField()

    class Meta:
        model = BulkAction
        fields = (
            *("id", "verb", "selection", "reason", "state", "total", "done", "refused", "left"),
            *("asked_by", "asked_at", "finished_at"),
        )


class BulkItemOut(serializers.ModelSerializer):
    """What became of one of them; `message` says why it was refused."""

    class Meta:
        model = BulkItem
        fields = ("id", "title", "team", "client", "run", "delivery", "state", "message", "done_at")


class BulkActionFilter(django_filters.FilterSet):
    state = AnyOf(choices=BulkAction.State.choices)
    asked_by = ByName("asked_by", User.objects.all(), by="username")

    class Meta:
        model = BulkAction
        fields: list[str] = []


class BulkActions(Nouns):
    """Many runs or deliveries at once: each by its own operation, in a worker."""

    noun = "bulk action"
    queryset = queries.actions()
    serializer_class = BulkActionOut
    filterset_class = BulkActionFilter

    @extend_schema(request=BulkPlanIn, responses=BulkPlanOut)
    @verb(detail=False, methods=["post"], is_looking=True)
    def plan(self, request: Request) -> Response:
        """What it would touch now. Nothing is done."""
        access.require(self.by, "bulk.plan")
        return Response(BulkPlanOut(selecting.plan(**self.given(BulkPlanIn))).data)

    @extend_schema(request=BulkIn, responses={201: BulkActionOut})
    def create(self, request: Request) -> Response:
        """Do it to exactly the list that was looked at; 409 where that has moved."""
        made = operations.start(by=self.by, now=timezone.now(), **self.given(BulkIn))
        return self.shown(made, status.HTTP_201_CREATED)

    @extend_schema(responses=BulkItemOut(many=True), operation_id="bulk_actions_items")
    @verb(detail=True, methods=["get"])
    def items(self, request: Request, pk: str) -> Response:
        """What became of each, a page at a time."""
        page = self.paginate_queryset(queries.items(self.get_object()))
        return self.get_paginated_response(BulkItemOut(page, many=True).data)

    @extend_schema(request=None, responses=BulkActionOut)
    @verb(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Leave the rest as it is."""
        return self.shown(operations.stop(action=self.get_object(), by=self.by, now=timezone.now()))
