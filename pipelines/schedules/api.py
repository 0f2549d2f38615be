"""Schedules over the API: what runs by itself, when next, what was left out; hold and resume."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from deployments.rollouts import operations as rollouts
from pipelines.schedules import queries, words
from pipelines.schedules.models import Omission, Schedule
from pipelines.transformations.models import Transformation
from portal.api import Nouns
from portal.filters import AnyOf, ByName


class ScheduleOut(serializers.ModelSerializer):
    """A schedule as what is live says it. `words`: the cron expression as people say it."""

    transformation = serializers.CharField(source="transformation.component.name")
    environment = serializers.CharField(source="environment.name")
    team = serializers.CharField(source="transformation.component.team.name")
    release = serializers.IntegerField(source="release.number", default=None, allow_null=True)
    configuration = serializers.IntegerField(
        source="configuration.number", default=None, allow_null=True
    )
    words = serializers.SerializerMethodField()
    next_times = serializers.SerializerMethodField()

    class Meta:
        model = Schedule
        fields: tuple[str, ...] = (
            "id",
            "transformation",
            "environment",
            "channel",
            "team",
            "state",
            "cron",
            "timezone",
            "words",
            "catch_up",
            "parameters",
            "release",
            "configuration",
            "since_at",
            "next_at",
            "next_times",
            "last_at",
            "message",
        )

    def get_words(self, schedule: Schedule) -> str:
        return words.words(schedule.cron, schedule.timezone)

    @extend_schema_field(serializers.ListField(child=serializers.DateTimeField()))
    def get_next_times(self, schedule: Schedule) -> list[datetime]:
        return [found.at for found in queries.next_times(schedule, timezone.now())]


class OmissionOut(serializers.ModelSerializer):
    """Due times in a row without a run."""

    class Meta:
        model = Omission
        fields = ("first_at", "last_at", "count", "cause", "message", "noted_at")


class ScheduleDetail(ScheduleOut):
    """A schedule with what was left out last."""

    omissions = serializers.SerializerMethodField()

    class Meta(ScheduleOut.Meta):
        fields = (*ScheduleOut.Meta.fields, "omissions")

    @extend_schema_field(OmissionOut(many=True))
    def get_omissions(self, schedule: Schedule) -> Any:
        newest = schedule.omissions.order_by("-last_at")[:20]
        return OmissionOut(newest, many=True).data


class ScheduleHoldIn(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class ScheduleFilter(django_filters.FilterSet):
    transformation = ByName("transformation", Transformation.objects.all(), by="component__name")
    component = ByName("transformation", Transformation.objects.all(), by="component__name")
    environment = ByName("environment", Environment.objects.all())
    team = ByName("transformation", Transformation.objects.all(), by="component__team__name")
    state = AnyOf(choices=Schedule.State.choices)

    class Meta:
        model = Schedule
        fields: list[str] = []


class Schedules(Nouns):
    """What runs by itself. A schedule is set by the file or by an environment's configuration."""

    noun = "schedule"
    queryset = queries.schedules()
    serializer_class = ScheduleOut
    filterset_class = ScheduleFilter

    def get_serializer_class(self) -> Any:
        return ScheduleOut if self.action == "list" else ScheduleDetail

    @extend_schema(request=ScheduleHoldIn, responses=ScheduleDetail)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """Pause the component in this environment: nothing runs by itself until it is resumed."""
        schedule = self.get_object()
        rollouts.pause(
            component=schedule.transformation.component,
            environment=schedule.environment,
            by=self.by,
            now=timezone.now(),
            **self.given(ScheduleHoldIn),
        )
        return self.shown(schedule)

    @extend_schema(request=None, responses=ScheduleDetail)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on; what was missed meanwhile is made up for as the schedule says."""
        schedule = self.get_object()
        rollouts.resume(
            component=schedule.transformation.component,
            environment=schedule.environment,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(schedule)
