"""Traces over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.traces import queries
from observability.traces.asking import AHEAD, TIMES, cursor
from observability.traces.models import Span
from observability.traces.stores.base import Found, Wanted
from portal.api import Asking
from portal.cursors import Following
from portal.instants import sensible

_, DAY = TIMES["1d"]


class SpanOut(serializers.Serializer):
    """One operation of one service; `duration` in nanoseconds, `parent_id` "" at the root."""

    at = serializers.DateTimeField()
    duration = serializers.IntegerField()
    span_id = serializers.CharField()
    parent_id = serializers.CharField()
    component = serializers.CharField()
    environment = serializers.CharField()
    version = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.SerializerMethodField()
    is_error = serializers.BooleanField()
    message = serializers.CharField()
    attributes = serializers.DictField()
    events = serializers.ListField(child=serializers.DictField())
    links = serializers.ListField(child=serializers.DictField())
    run_id = serializers.CharField()
    deployment_id = serializers.CharField()

    def get_kind(self, span: Found) -> str:
        return Span.Kind(span.kind).name.lower()


class TracesIn(serializers.Serializer):
    """What narrows traces down. Without times it is the last day; `least` in milliseconds.

    `own=false` leaves out those in which nothing happened but the portal's own work.
    """

    component = serializers.CharField(required=False, default="")
    environment = serializers.CharField(required=False, default="")
    operation = serializers.CharField(required=False, default="")
    least = serializers.IntegerField(required=False, default=0, min_value=0)
    error = serializers.BooleanField(required=False, default=False)
    own = serializers.BooleanField(required=False, default=True)
    since = serializers.DateTimeField(required=False, default=None, validators=[sensible])
    until = serializers.DateTimeField(required=False, default=None, validators=[sensible])
    before = Following(cursor)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class TraceSummaryOut(serializers.Serializer):
    """A trace in a list; `duration` in nanoseconds, `name` and `component` of its first span."""

    trace_id = serializers.CharField()
    at = serializers.DateTimeField()
    duration = serializers.IntegerField()
    name = serializers.CharField()
    component = serializers.CharField()
    components = serializers.ListField(child=serializers.CharField())
    environments = serializers.ListField(child=serializers.CharField())
    spans = serializers.IntegerField()
    failed_spans = serializers.IntegerField(source="errors")


class TracesOut(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = TraceSummaryOut(many=True)


class TraceOut(serializers.Serializer):
    trace_id = serializers.CharField()
    spans = SpanOut(many=True)


class Trace(Asking):
    """One trace with all of its spans."""

    @extend_schema(responses=TraceOut, operation_id="traces_retrieve")
    def get(self, request: Request, trace_id: str) -> Response:
        """The spans of this trace, by their beginning; those of other teams without their words."""
        found = queries.readable(queries.trace(trace_id.lower()), self.by)
        return Response({"trace_id": trace_id.lower(), "spans": SpanOut(found, many=True).data})


class Traces(Asking):
    """Traces by what happened in them."""

    @extend_schema(parameters=[TracesIn], responses=TracesOut, operation_id="traces_list")
    def get(self, request: Request) -> Response:
        """Traces with a span that fits, newest first."""
        given = self.asked(TracesIn)
        now = timezone.now()
        wanted = Wanted(
            since=given["since"] or min(given["until"] or now, now) - DAY,
            until=given["until"] or now + AHEAD,
            component=given["component"],
            environment=given["environment"],
            name=given["operation"],
            least=given["least"] * 1_000_000,
            only_errors=given["error"],
            without_ours=not given["own"],
        )
        page = queries.search(wanted, before=given["before"], most=given["limit"])
        following = request.query_params.copy()
        following["before"] = page.older
        url = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        found = TraceSummaryOut(page.rows, many=True).data
        return Response({"next": url if page.older else None, "previous": None, "results": found})
