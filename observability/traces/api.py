"""Traces over the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.traces import queries
from observability.traces.models import Span
from observability.traces.stores.base import Found
from portal.api import Asking


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


class TraceOut(serializers.Serializer):
    trace_id = serializers.CharField()
    spans = SpanOut(many=True)


class Trace(Asking):
    """One trace with all of its spans."""

    @extend_schema(responses=TraceOut, operation_id="traces_retrieve")
    def get(self, request: Request, trace_id: str) -> Response:
        """The spans of this trace, by their beginning."""
        found = queries.trace(trace_id.lower())
        return Response({"trace_id": trace_id.lower(), "spans": SpanOut(found, many=True).data})
