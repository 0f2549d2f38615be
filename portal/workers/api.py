"""Queues and workers over the API: how they stand, and keeping them from taking work."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking, Nouns
from portal.workers import operations, pauses, queries
from portal.workers.models import Heartbeat, Stop

NAME = OpenApiParameter("name", str, OpenApiParameter.PATH)


class StopOut(serializers.Serializer):
    """Who keeps it from being worked on, since when and why."""

    by = serializers.CharField(source="by.username")
    since_at = serializers.DateTimeField()
    reason = serializers.CharField()


class QueueOut(serializers.Serializer):
    """A queue. `paused` is null while it goes on; nobody serves it where `servers` is 0."""

    name = serializers.CharField()
    paused = StopOut(source="pause", allow_null=True)
    due = serializers.IntegerField(help_text="Rows that wait now; at most 1,000 of a kind counted.")
    later = serializers.IntegerField(help_text="Rows that wait for another try, or their time.")
    oldest_at = serializers.DateTimeField(allow_null=True)
    busy = serializers.IntegerField()
    slots = serializers.IntegerField()
    servers = serializers.SerializerMethodField()

    def get_servers(self, line: queries.Line) -> int:
        return len(line.servers)


class WorkerOut(serializers.ModelSerializer):
    """A process. `takes_work` is what it says itself; `drained` is what it was told."""

    drained = serializers.SerializerMethodField()

    class Meta:
        model = Heartbeat
        fields = (
            *("id", "name", "process", "queues", "slots", "memory", "takes_work"),
            *("started_at", "seen_at", "drained"),
        )

    @extend_schema_field(StopOut(allow_null=True))
    def get_drained(self, row: Heartbeat) -> dict[str, object] | None:
        stop: Stop | None = self.context["drained"].get(row.name)
        return dict(StopOut(stop).data) if stop else None


class StopIn(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class Queues(Asking, viewsets.GenericViewSet):
    """The queues, in the order in which the settings name them."""

    lookup_field = "name"
    serializer_class = QueueOut
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=QueueOut(many=True))
    def list(self, request: Request) -> Response:
        """How much waits in each, and whether it is paused."""
        return Response(QueueOut(queries.house(timezone.now()).lines, many=True).data)

    @extend_schema(parameters=[NAME], responses=QueueOut)
    def retrieve(self, request: Request, name: str) -> Response:
        """One of them."""
        return self._shown(name)

    @extend_schema(parameters=[NAME], request=StopIn, responses=QueueOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, name: str) -> Response:
        """Nothing of it is claimed any more, until it is resumed. What is in hand ends."""
        operations.pause(queue=name, by=self.by, now=timezone.now(), **self.given(StopIn))
        return self._shown(name)

    @extend_schema(parameters=[NAME], request=None, responses=QueueOut)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, name: str) -> Response:
        """Its work is taken again."""
        operations.resume(queue=name, by=self.by, now=timezone.now())
        return self._shown(name)

    def _shown(self, name: str) -> Response:
        return Response(QueueOut(queries.queue(name, timezone.now())).data)


class OnQueue(django_filters.CharFilter):
    """Processes that take work of this queue."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(queues__contains=[value]) if value else qs


class WorkerFilter(django_filters.FilterSet):
    process = django_filters.CharFilter()
    queue = OnQueue()
    takes_work = django_filters.BooleanFilter()

    class Meta:
        model = Heartbeat
        fields: ClassVar[list[str]] = []


class Workers(Nouns):
    """Processes that were heard of within the last day."""

    noun = "process"
    queryset = Heartbeat.objects.all()
    serializer_class = WorkerOut
    filterset_class = WorkerFilter
    orderings = ("name",)

    def get_serializer_context(self) -> dict[str, object]:
        return {**super().get_serializer_context(), "drained": SimpleLazyObject(pauses.drained)}

    @extend_schema(request=StopIn, responses=WorkerOut)
    @action(detail=True, methods=["post"])
    def drain(self, request: Request, pk: str) -> Response:
        """It takes nothing new within seconds, and ends what it has in hand."""
        worker = self.get_object()
        operations.drain(worker=worker, by=self.by, now=timezone.now(), **self.given(StopIn))
        return self.shown(worker)

    @extend_schema(request=None, responses=WorkerOut)
    @action(detail=True, methods=["post"], url_path="take-again")
    def take_again(self, request: Request, pk: str) -> Response:
        """It takes work again."""
        worker = self.get_object()
        operations.take_again(worker=worker, by=self.by, now=timezone.now())
        return self.shown(worker)
