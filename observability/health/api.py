"""How a component fares, over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.health import queries, windows
from observability.health.figures import Red
from observability.health.pages import MEASURES
from observability.health.queries import Health
from observability.health.work import Execution, Executions
from observability.percentiles import percentile
from observability.traces.durations import ERROR
from portal.api import Asking
from portal.catalog import queries as catalog


class HealthIn(serializers.Serializer):
    """Which component, where and when. Without an environment it is where clients are served."""

    component = serializers.CharField(max_length=120)
    environment = serializers.CharField(
        required=False, default=None, allow_blank=True, help_text="“” is every environment."
    )
    span = serializers.ChoiceField(
        choices=list(windows.PRESETS), required=False, default=windows.USUAL
    )
    since = serializers.CharField(required=False, default="")
    until = serializers.CharField(required=False, default="")


class RedOut(serializers.Serializer):
    """Requests of a time. Durations in seconds, null where there was no request.

    `is_exact`: percentiles are those of the spans; else they are off by `error` at most.
    """

    n = serializers.IntegerField()
    failed = serializers.IntegerField(source="errors")
    rate = serializers.FloatField(help_text="a second")
    error_share = serializers.FloatField(allow_null=True)
    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)
    p99 = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    total = serializers.FloatField()
    is_exact = serializers.BooleanField()
    error = serializers.SerializerMethodField()

    def get_error(self, red: Red) -> float:
        return 0.0 if red.is_exact else round(ERROR, 4)


class HealthOperationOut(serializers.Serializer):
    name = serializers.CharField()
    now = RedOut(source="red")
    before = RedOut()


class HealthStepOut(serializers.Serializer):
    at = serializers.DateTimeField()
    red = RedOut()


class HealthMeasureOut(serializers.Serializer):
    """One measure of runs: seconds, rows or bytes; null where nothing was measured."""

    name = serializers.ChoiceField(choices=[name for name, _, _ in MEASURES])
    n = serializers.IntegerField()
    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)
    before_p50 = serializers.FloatField(allow_null=True)


class HealthWorkOut(serializers.Serializer):
    """Tries at runs of a transformation; `is_cut`: only the newest of the time are counted."""

    n = serializers.IntegerField()
    failed = serializers.IntegerField()
    running = serializers.IntegerField()
    is_cut = serializers.BooleanField()
    measures = HealthMeasureOut(many=True)


class HealthOut(serializers.Serializer):
    """Steps without a request are not there; `work` is null of what is no transformation."""

    component = serializers.CharField()
    environment = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    counted_since = serializers.DateTimeField(
        allow_null=True, help_text="Spans from before, of any component, are in no figure."
    )
    step = serializers.IntegerField(help_text="seconds")
    now = RedOut()
    before = RedOut()
    steps = HealthStepOut(many=True)
    operations = HealthOperationOut(many=True)
    work = HealthWorkOut(allow_null=True)


class ComponentHealth(Asking):
    """Rate, errors, duration; and what runs were like."""

    @extend_schema(parameters=[HealthIn], responses=HealthOut, operation_id="health_retrieve")
    def get(self, request: Request) -> Response:
        """Of a component, in a time and in the time before."""
        given = self.asked(HealthIn)
        component = catalog.component(given["component"])
        window = windows.read(given, timezone.now())
        place, _ = queries.environment(given["environment"])
        health = queries.health(component, place, window)
        body = {
            "component": component.name,
            "environment": place,
            "since": window.since,
            "until": window.until,
            "counted_since": health.since,
            "step": window.wide,
            "now": health.red,
            "before": health.before,
            "steps": _steps(health),
            "operations": health.operations,
            "work": _work(health),
        }
        return Response(HealthOut(body).data)


def _steps(health: Health) -> list[dict[str, Any]]:
    found: list[tuple[datetime, Red]] = sorted(health.steps.items())
    return [{"at": at, "red": red} for at, red in found]


def _work(health: Health) -> dict[str, Any] | None:
    now, then = health.executions, health.earlier
    if now is None or then is None:
        return None
    return {
        "n": len(now.rows),
        "failed": sum(one.is_finished and one.tone in {"bad", "warn"} for one in now.rows),
        "running": sum(not one.is_finished for one in now.rows),
        "is_cut": now.is_cut,
        "measures": [_measure(name, now, then) for name, _, _ in MEASURES],
    }


def _measure(name: str, now: Executions, then: Executions) -> dict[str, Any]:
    values, before = (_values(each.rows, name) for each in (now, then))
    return {
        "name": name,
        "n": len(values),
        "p50": percentile(values, 0.5),
        "p95": percentile(values, 0.95),
        "before_p50": percentile(before, 0.5),
    }


def _values(rows: tuple[Execution, ...], name: str) -> list[float]:
    return [value for one in rows if (value := getattr(one, name)) is not None]
