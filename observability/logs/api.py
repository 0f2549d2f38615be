"""Log lines over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.logs import levels, queries
from observability.logs.stores.base import MOST, Wanted
from portal.api import Asking


class LogsIn(serializers.Serializer):
    """What narrows lines down. Without times it is the last hour; `q` are words, "…" a phrase."""

    component = serializers.CharField(required=False, default="")
    environment = serializers.CharField(required=False, default="")
    version = serializers.CharField(required=False, default="")
    level = serializers.ChoiceField(choices=list(levels.LEAST), required=False, default="")
    q = serializers.CharField(required=False, default="", max_length=200)
    trace_id = serializers.RegexField(r"^[0-9a-fA-F]{32}$", required=False, default="")
    run_id = serializers.UUIDField(required=False, default=None)
    deployment_id = serializers.UUIDField(required=False, default=None)
    since = serializers.DateTimeField(required=False, default=None)
    until = serializers.DateTimeField(required=False, default=None)
    before = serializers.CharField(required=False, default="")
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=MOST)


class LogLineOut(serializers.Serializer):
    """A line; `attributes` holds what else was said, `resource` in it who said it."""

    at = serializers.DateTimeField()
    component = serializers.CharField()
    environment = serializers.CharField()
    version = serializers.CharField()
    level = serializers.SerializerMethodField()
    severity = serializers.IntegerField()
    message = serializers.CharField()
    attributes = serializers.DictField()
    trace_id = serializers.CharField()
    span_id = serializers.CharField()
    run_id = serializers.CharField()
    deployment_id = serializers.CharField()

    def get_level(self, line: Any) -> str:
        return levels.word(line.severity)


class LogsOut(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = LogLineOut(many=True)


class Logs(Asking):
    """Log lines of all services and of the portal itself, newest first."""

    @extend_schema(parameters=[LogsIn], responses=LogsOut, operation_id="logs_list")
    def get(self, request: Request) -> Response:
        """Lines that fit; words alone, over everything, are refused."""
        query = LogsIn(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        page = queries.search(_wanted(given), before=given["before"], most=given["limit"])
        following = request.query_params.copy()
        following["before"] = page.older
        url = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        lines = LogLineOut(page.lines, many=True).data
        return Response({"next": url if page.older else None, "previous": None, "results": lines})


def _wanted(given: dict[str, Any]) -> Wanted:
    window = queries.window(given["since"], given["until"], timezone.now())
    return Wanted(
        since=window.since,
        until=window.until,
        component=given["component"],
        environment=given["environment"],
        version=given["version"],
        severity=levels.least(given["level"]) or 0,
        words=queries.words(given["q"]),
        trace_id=given["trace_id"].lower(),
        run_id=_text(given["run_id"]),
        deployment_id=_text(given["deployment_id"]),
    )


def _text(identity: UUID | None) -> str:
    return str(identity) if identity else ""
