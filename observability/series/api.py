"""Metrics over the API: which there are, and what they say, at an instant or over a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.series import queries
from observability.series.stores.base import (
    LOOK_BACK,
    Aggregate,
    Asked,
    Function,
    Kind,
    Line,
)
from portal.api import Asking
from portal.errors import Refused
from portal.instants import sensible

HOUR = timedelta(hours=1)
STEPS = 120  # where no step is given
LONGEST = 3653 * 24 * 3600  # seconds that a rate looks back


class MetricsOf(serializers.Serializer):
    """Whose metrics."""

    component = serializers.CharField(max_length=120)


class MetricOf(MetricsOf):
    """Which metric."""

    name = serializers.CharField(max_length=240)


class MetricAsked(MetricOf):
    """What is asked of a metric; see the handbook, “Send telemetry”."""

    environment = serializers.CharField(required=False, default="")
    where = serializers.CharField(
        required=False, default="", help_text="Labels: method=GET,status=500"
    )
    function = serializers.ChoiceField(
        choices=[one.value for one in Function], required=False, default=Function.VALUE.value
    )
    aggregate = serializers.ChoiceField(
        choices=[one.value for one in Aggregate if one.value],
        required=False,
        default="",
        help_text="How several series become one line; without it each is a line.",
    )
    by = serializers.CharField(
        required=False, default="", help_text="Labels that stay when series are aggregated: a,b"
    )
    quantile = serializers.FloatField(required=False, default=0.95, min_value=0, max_value=1)
    window = serializers.IntegerField(
        required=False, default=0, min_value=0, help_text="Seconds that a rate looks back."
    )


class MetricInstantIn(MetricAsked):
    at = serializers.DateTimeField(required=False, default=None, validators=[sensible])


class MetricRangeIn(MetricAsked):
    """Without times it is the last hour; without a step there are 120 of them."""

    since = serializers.DateTimeField(required=False, default=None, validators=[sensible])
    until = serializers.DateTimeField(required=False, default=None, validators=[sensible])
    step = serializers.IntegerField(required=False, default=0, min_value=0, help_text="Seconds")


class MetricNameOut(serializers.Serializer):
    """A metric; `series` is how many different labels it comes with."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[one.value for one in Kind])
    unit = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    is_delta = serializers.BooleanField()
    is_monotonic = serializers.BooleanField()
    series = serializers.IntegerField()


class MetricNamesOut(serializers.Serializer):
    results = MetricNameOut(many=True)


class MetricLabelOut(serializers.Serializer):
    name = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class MetricLabelsOut(serializers.Serializer):
    results = MetricLabelOut(many=True)


class MetricPointOut(serializers.Serializer):
    at = serializers.DateTimeField()
    value = serializers.FloatField()


class MetricLineOut(serializers.Serializer):
    labels = serializers.DictField(child=serializers.CharField())
    points = MetricPointOut(many=True)


class MetricLinesOut(serializers.Serializer):
    """Instants without a value are not there."""

    step = serializers.IntegerField(help_text="Seconds; 0 at an instant")
    lines = MetricLineOut(many=True)


class Metrics(Asking):
    """Metrics that services send."""

    @extend_schema(parameters=[MetricsOf], responses=MetricNamesOut, operation_id="metrics_list")
    def get(self, request: Request) -> Response:
        """The metrics of a component, by name."""
        given = self.asked(MetricsOf)
        found = queries.names(given["component"], self.by)
        return Response(MetricNamesOut({"results": found}).data)


class MetricLabels(Asking):
    """Labels of a metric."""

    @extend_schema(parameters=[MetricOf], responses=MetricLabelsOut, operation_id="metrics_labels")
    def get(self, request: Request) -> Response:
        """Which there are, and their values."""
        given = self.asked(MetricOf)
        found = queries.labels(given["component"], given["name"], self.by)
        rows = [{"name": name, "values": values} for name, values in found.items()]
        return Response(MetricLabelsOut({"results": rows}).data)


class MetricInstant(Asking):
    """What a metric says."""

    @extend_schema(
        parameters=[MetricInstantIn], responses=MetricLinesOut, operation_id="metrics_query"
    )
    def get(self, request: Request) -> Response:
        """At an instant, now if none is given."""
        given = self.asked(MetricInstantIn)
        at = given["at"] or timezone.now()
        return answered(queries.lines(_asked(given, at, at, 0), self.by), 0)


class MetricRange(Asking):
    """How a metric went."""

    @extend_schema(
        parameters=[MetricRangeIn], responses=MetricLinesOut, operation_id="metrics_range"
    )
    def get(self, request: Request) -> Response:
        """At every step between two instants, both included."""
        given = self.asked(MetricRangeIn)
        until = given["until"] or timezone.now()
        since = given["since"] or until - HOUR
        step = given["step"] or max(int((until - since).total_seconds()) // STEPS, 1)
        return answered(queries.lines(_asked(given, since, until, step), self.by), step)


def _asked(given: dict[str, Any], since: datetime, until: datetime, step: int) -> Asked:
    window = given["window"] or max(step, LOOK_BACK)
    if window > LONGEST:
        raise Refused("A rate looks back over ten years at most, in seconds.", field="window")
    return Asked(
        component=given["component"],
        name=given["name"],
        environment=given["environment"],
        where=_where(given["where"]),
        function=Function(given["function"]),
        aggregate=Aggregate(given["aggregate"]),
        by=tuple(one.strip() for one in given["by"].split(",") if one.strip()),
        quantile=given["quantile"],
        window=window,
        since=since,
        until=until,
        step=step or 1,
    )


def _where(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [one.partition("=") for one in text.split(",") if one.strip()]
    if any(not middle for _, middle, _ in pairs):
        raise Refused("Labels are written as method=GET,status=500.", field="where")
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def answered(lines: list[Line], step: int) -> Response:
    rows = [
        {
            "labels": line.labels,
            "points": [{"at": at, "value": value} for at, value in line.points],
        }
        for line in lines
    ]
    return Response(MetricLinesOut({"step": step, "lines": rows}).data)
