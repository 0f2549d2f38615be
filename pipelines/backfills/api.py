"""Backfills over the API: plan, start, look, pause, resume, cancel."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from pipelines.backfills import operations, queries
from pipelines.backfills.models import Backfill
from pipelines.transformations.models import Transformation
from portal.api import Named, Nouns
from portal.filters import AnyOf, ByName
from portal.instants import sensible


class BackfillOut(serializers.ModelSerializer):
    """A backfill and how far it is: `good` and `bad` of `total`, `left` still to end."""

    transformation = serializers.CharField(source="transformation.component.name")
    environment = serializers.CharField(source="environment.name")
    requested_by = serializers.CharField(source="requested_by.username")
    left = serializers.IntegerField()

    class Meta:
        model = Backfill
        fields = (
            "id",
            "number",
            "transformation",
            "environment",
            "channel",
            "state",
            "message",
            "cron",
            "timezone",
            "start_at",
            "end_at",
            "which",
            "is_newest_first",
            "is_delivering",
            "concurrency",
            "parameters",
            "total",
            "good",
            "bad",
            "left",
            "plan",
            "reason",
            "requested_by",
            "requested_at",
            "finished_at",
        )


class BackfillPlanIn(serializers.Serializer):
    """A range of due times, both ends included; `cron`: others than those of its schedule."""

    transformation = Named(
        "transformation",
        Transformation.objects.select_related("component__team"),
        slug_field="component__name",
    )
    environment = Named("environment", Environment.objects.all())
    start_at = serializers.DateTimeField(validators=[sensible])
    end_at = serializers.DateTimeField(validators=[sensible])
    cron = serializers.CharField(required=False, default="", allow_blank=True)
    timezone = serializers.CharField(required=False, default="", allow_blank=True)
    which = serializers.ChoiceField(
        choices=Backfill.Which.choices, required=False, default=Backfill.Which.FAILED
    )
    is_newest_first = serializers.BooleanField(required=False, default=False)
    is_delivering = serializers.BooleanField(
        required=False, default=True, help_text="Else results are staged and stay there."
    )
    concurrency = serializers.IntegerField(required=False, default=1, min_value=1, max_value=16)
    parameters = serializers.DictField(
        required=False, default=None, allow_null=True, help_text="Else those of the schedule."
    )


class BackfillIn(BackfillPlanIn):
    reason = serializers.CharField(max_length=2000)
    plan_digest = serializers.CharField(required=False, default=None, allow_null=True)


class BackfillPlanOut(serializers.Serializer):
    """What a backfill would do; `digest` makes sure that starting it does just that."""

    summary = serializers.CharField()
    release = serializers.CharField()
    due = serializers.IntegerField()
    good = serializers.IntegerField()
    failed = serializers.IntegerField()
    unfinished = serializers.IntegerField()
    missing = serializers.IntegerField()
    to_do = serializers.IntegerField()
    left_alone = serializers.IntegerField()
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
    seconds_each = serializers.FloatField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    looked_at = serializers.IntegerField()
    deliveries = serializers.ListField(child=serializers.DictField())
    not_delivered_here = serializers.ListField(child=serializers.CharField())
    findings = serializers.ListField(child=serializers.CharField())
    parameters = serializers.DictField()
    digest = serializers.CharField()


class BackfillReasonIn(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class BackfillFilter(django_filters.FilterSet):
    transformation = ByName("transformation", Transformation.objects.all(), by="component__name")
    component = ByName("transformation", Transformation.objects.all(), by="component__name")
    environment = ByName("environment", Environment.objects.all())
    state = AnyOf(choices=Backfill.State.choices)

    class Meta:
        model = Backfill
        fields: list[str] = []


class Backfills(Nouns):
    """Runs over ranges of due times."""

    noun = "backfill"
    queryset = queries.backfills()
    serializer_class = BackfillOut
    filterset_class = BackfillFilter

    @extend_schema(request=BackfillIn, responses={201: BackfillOut})
    def create(self, request: Request) -> Response:
        """Start one. With `plan_digest` it does what that plan said, or refuses."""
        backfill = operations.start(by=self.by, now=timezone.now(), **self.given(BackfillIn))
        return self.shown(backfill, status.HTTP_201_CREATED)

    @extend_schema(request=BackfillPlanIn, responses=BackfillPlanOut)
    @action(detail=False, methods=["post"], is_looking=True)
    def plan(self, request: Request) -> Response:
        """What one would do: how many runs, of which due times, how long, delivered where."""
        plan = queries.plan(**queries.wanted(**self.given(BackfillPlanIn)))
        return Response(plan.as_json())

    @extend_schema(request=BackfillReasonIn, responses=BackfillOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Start nothing more for now; what runs goes on to its end."""
        return self._steered(operations.pause, **self.given(BackfillReasonIn))

    @extend_schema(request=None, responses=BackfillOut)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on with the next due time."""
        return self._steered(operations.resume)

    @extend_schema(request=BackfillReasonIn, responses=BackfillOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Start nothing more, for good."""
        return self._steered(operations.cancel, **self.given(BackfillReasonIn))

    def _steered(self, verb: Any, **given: Any) -> Response:
        return self.shown(verb(backfill=self.get_object(), by=self.by, now=timezone.now(), **given))
