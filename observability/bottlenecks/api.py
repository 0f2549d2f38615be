"""What is slow, over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.bottlenecks import queries
from observability.health import windows
from observability.health.api import RedOut
from portal.api import Asking


class BottlenecksIn(serializers.Serializer):
    """When, and of which team."""

    team = serializers.CharField(required=False, default="")
    span = serializers.ChoiceField(
        choices=list(windows.PRESETS), required=False, default=windows.USUAL
    )
    since = serializers.CharField(required=False, default="")
    until = serializers.CharField(required=False, default="")


class SlowOut(serializers.Serializer):
    """A transformation; seconds."""

    name = serializers.CharField()
    team = serializers.CharField()
    n = serializers.IntegerField()
    failed = serializers.IntegerField()
    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)
    longest = serializers.FloatField(allow_null=True)
    cpu = serializers.FloatField(allow_null=True)
    slowest = serializers.CharField()


class WaitingOut(serializers.Serializer):
    """How long work waited for a worker; seconds."""

    queue = serializers.CharField()
    title = serializers.CharField()
    team = serializers.CharField()
    n = serializers.IntegerField()
    p50 = serializers.FloatField()
    p95 = serializers.FloatField()
    longest = serializers.FloatField()
    url = serializers.CharField()


class BottlenecksOut(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    slowest = SlowOut(many=True)
    dearest = SlowOut(many=True)
    waiting = WaitingOut(many=True)


class TimedOut(serializers.Serializer):
    name = serializers.CharField()
    red = RedOut()


class StatementOut(serializers.Serializer):
    """A statement of the portal's own; seconds, and the span of its slowest."""

    text = serializers.CharField()
    n = serializers.IntegerField()
    p95 = serializers.FloatField()
    longest = serializers.FloatField()
    total = serializers.FloatField()
    last_at = serializers.DateTimeField()
    trace_id = serializers.CharField()
    span_id = serializers.CharField()


class PortalBottlenecksOut(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    pages = TimedOut(many=True)
    tasks = TimedOut(many=True)
    statements = StatementOut(many=True)


class Bottlenecks(Asking):
    """What takes long and what waits."""

    @extend_schema(
        parameters=[BottlenecksIn], responses=BottlenecksOut, operation_id="bottlenecks_retrieve"
    )
    def get(self, request: Request) -> Response:
        """The slowest transformations, those that use most CPU, and waiting by queue and team."""
        given = self.asked(BottlenecksIn)
        window = windows.read(given, timezone.now())
        found = queries.work(window, given["team"])
        body = {
            "since": window.since,
            "until": window.until,
            "slowest": found.slowest,
            "dearest": found.dearest,
            "waiting": found.waiting,
        }
        return Response(BottlenecksOut(body).data)


class PortalBottlenecks(Asking):
    """What is slow about the portal itself."""

    @extend_schema(
        parameters=[BottlenecksIn],
        responses=PortalBottlenecksOut,
        operation_id="bottlenecks_portal_retrieve",
    )
    def get(self, request: Request) -> Response:
        """Its slowest pages, tasks and statements; for the platform role."""
        window = windows.read(self.asked(BottlenecksIn), timezone.now())
        found = queries.portal(window, self.by)
        body = {
            "since": window.since,
            "until": window.until,
            "pages": found.pages,
            "tasks": found.tasks,
            "statements": found.statements,
        }
        return Response(PortalBottlenecksOut(body).data)
