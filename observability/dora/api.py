"""The figures over the API, with the rows that they are made of; the same words filter both."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from observability.changes.api import ChangeOut, LinkOut
from observability.changes.models import Change
from observability.dora import asking, operations, pages, queries, stored, wording
from observability.dora.asking import Asked
from observability.dora.figures import DURATIONS, RATES, Metric, Per
from observability.dora.judging import Verdict
from observability.dora.models import Reclassification
from observability.dora.reports import Headline, Line, Report
from portal.api import Asking, Nouns


class AskedIn(serializers.Serializer):
    """The filters of the page."""

    team = serializers.CharField(required=False)
    component = serializers.CharField(required=False)
    environment = serializers.CharField(
        required=False, help_text="Empty: the first from which clients are served."
    )
    days = serializers.IntegerField(required=False, help_text="Up to now; 90 where left out.")
    since = serializers.DateField(required=False, help_text="Or from one day on, UTC…")
    until = serializers.DateField(required=False, help_text="… through another, inclusive.")
    per = serializers.ChoiceField(
        choices=[per.value for per in Per],
        required=False,
        help_text="What a lead time is of: each commit, or a deployment's oldest or middle one.",
    )
    configuration = serializers.ChoiceField(
        choices=["yes"], required=False, help_text="Count changes of a configuration, too."
    )


class FigureOut(serializers.Serializer):
    """Durations are seconds, rates shares of one. Without data a value is null, never zero."""

    metric = serializers.ChoiceField(choices=[metric.value for metric in Metric])
    value = serializers.FloatField(allow_null=True)
    unit = serializers.ChoiceField(choices=["a week", "seconds", "share"])
    n = serializers.IntegerField(help_text="Of how many deployments, commits or failures.")
    open = serializers.IntegerField(help_text="What has not ended yet and is in no median.")
    low = serializers.FloatField(allow_null=True, help_text="First quartile over components.")
    high = serializers.FloatField(allow_null=True, help_text="Third quartile over components.")
    p90 = serializers.FloatField(allow_null=True, help_text="Of one component's durations.")
    before = serializers.FloatField(allow_null=True, help_text="The same time before.")
    nearest_2024 = serializers.CharField(help_text="The nearest cluster of 2024, by metric.")
    definition = serializers.CharField()


class OwnFigureOut(serializers.Serializer):
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    open = serializers.IntegerField()


class LineOut(serializers.Serializer):
    component = serializers.CharField()
    team = serializers.CharField()
    figures = serializers.DictField(child=OwnFigureOut())


class LeftOutOut(serializers.Serializer):
    never_live = serializers.IntegerField()
    baselines = serializers.IntegerField()
    undated = serializers.IntegerField()
    skewed = serializers.IntegerField()


class ReportOut(serializers.Serializer):
    """Of several components nothing is blended: `figures` are medians over `components`."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    environment = serializers.CharField()
    per = serializers.CharField()
    figures = FigureOut(many=True)
    days_a_week = serializers.FloatField(
        allow_null=True,
        help_text="Days with a deployment, median over the weeks; of one component.",
    )
    components = LineOut(many=True)
    left_out = LeftOutOut()


class SaidOut(serializers.ModelSerializer):
    by = serializers.CharField(source="said_by.username")
    at = serializers.DateTimeField(source="said_at")

    class Meta:
        model = Reclassification
        fields = ("what", "reason", "by", "at")


class LinkBackOut(LinkOut):
    """What another change says about this one."""

    change = serializers.UUIDField(source="change_id")
    title = serializers.CharField(source="change.title")


class VerdictOut(serializers.Serializer):
    """What became of a deployment that was live. Durations are seconds."""

    failed = serializers.CharField(help_text="Why, in words; empty where it did not.")
    is_rework = serializers.BooleanField()
    is_baseline = serializers.BooleanField(help_text="The first one there: no lead time.")
    lead_times = serializers.ListField(child=serializers.FloatField(), source="leads")
    deliveries = serializers.ListField(child=serializers.FloatField())
    undelivered = serializers.IntegerField()
    clock_skew = serializers.IntegerField(source="skewed")
    recovery = serializers.FloatField(allow_null=True)
    restored_by = serializers.CharField()


class RowOut(ChangeOut):
    """A deployment as the axis tells it, and the verdict; null where it never was live."""

    reached_at = serializers.DateTimeField(source="reached", default=None, allow_null=True)
    links_back = LinkBackOut(many=True)
    said = SaidOut(many=True)
    verdict = serializers.SerializerMethodField()

    class Meta:
        model = Change
        fields = (*ChangeOut.Meta.fields, "reached_at", "links_back", "said", "verdict")

    @extend_schema_field(VerdictOut(allow_null=True))
    def get_verdict(self, change: Change) -> dict[str, Any] | None:
        verdict = self.context.get("verdicts", {}).get(str(change.pk))
        return dict(VerdictOut(verdict).data) if verdict else None


class ReclassifyIn(serializers.Serializer):
    what = serializers.ChoiceField(choices=Reclassification.What.choices)
    reason = serializers.CharField(max_length=1000)


class Dora(Asking):
    """The five DORA metrics and the time to the first correct delivery."""

    @extend_schema(operation_id="dora", parameters=[AskedIn], responses=ReportOut)
    def get(self, request: Request) -> Response:
        """The figures of a window, over components and of each."""
        asked = asking.asked(request.query_params, timezone.now())
        return Response(_shown(asked, pages.made(asked)))


class DoraRows(Nouns):
    """The deployments of a window, live or not, each with what became of it."""

    noun = "deployment"
    queryset = Change.objects.none()
    serializer_class = RowOut
    ordering = ("-started_at", "-id")

    _verdicts: Mapping[str, Verdict] = MappingProxyType({})

    def get_queryset(self) -> QuerySet[Change]:
        return queries.rows(asking.asked(self.request.query_params, timezone.now()))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "verdicts": self._verdicts}

    @extend_schema(parameters=[AskedIn])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first by when they were asked for."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self._verdicts = stored.of(page or ())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, pk: str = "", **kwargs: Any) -> Response:
        """One deployment, with what became of it until now."""
        change = queries.deployment(pk)
        self._verdicts = stored.of([change])
        return self.shown(change)

    @extend_schema(request=ReclassifyIn, responses=SaidOut)
    @action(detail=True, methods=["post"])
    def reclassify(self, request: Request, pk: str) -> Response:
        """Say what a deployment was, against what the records say; the figures follow at once."""
        said = operations.reclassify(
            change=queries.deployment(pk),
            by=self.by,
            now=timezone.now(),
            **self.given(ReclassifyIn),
        )
        return Response(SaidOut(said).data)

    @extend_schema(request=None, responses=SaidOut)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """Let the records count again."""
        said = operations.take_back(change=queries.deployment(pk), by=self.by, now=timezone.now())
        return Response(SaidOut(said).data)


def _shown(asked: Asked, report: Report) -> dict[str, Any]:
    shown = {
        "since": asked.window.since,
        "until": asked.window.until,
        "environment": asked.environment,
        "per": asked.per.value,
        "figures": [_figure(each, asked.per) for each in report.headlines.values()],
        "days_a_week": report.days_a_week,
        "components": [_line(line) for line in report.lines],
        "left_out": report.left_out,
    }
    return dict(ReportOut(shown).data)


def _figure(found: Headline, per: Per) -> dict[str, Any]:
    metric = found.metric
    unit = "seconds" if metric in DURATIONS else "share" if metric in RATES else "a week"
    names = ("metric", "value", "n", "open", "low", "high", "p90", "before")
    return {
        **{name: getattr(found, name) for name in names},
        "unit": unit,
        "nearest_2024": found.nearest,
        "definition": wording.definition(metric, per),
    }


def _line(line: Line) -> dict[str, Any]:
    own = {metric.value: figure for metric, figure in line.figures.items()}
    return {"component": line.component, "team": line.team, "figures": own}
