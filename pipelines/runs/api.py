"""Runs over the API: start, look, cancel, run again, see rows."""

from __future__ import annotations

import re
from typing import Any, TypedDict

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from pipelines.acceptances import operations as acceptances
from pipelines.acceptances import queries as accepted
from pipelines.deliveries.api import DeliveryOut
from pipelines.previews.api import RowsAgainstOut
from pipelines.runs import operations, queries
from pipelines.runs.models import Attempt, Run
from pipelines.transformations.models import Transformation
from portal.accounts.models import Team
from portal.api import Named, Nouns
from portal.filters import AnyOf, ByName, Since, Until

TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class AttemptOut(serializers.ModelSerializer):
    """One execution, with what it used."""

    version = serializers.IntegerField(source="version.number")
    deployment = serializers.IntegerField(source="deployment.number")

    class Meta:
        model = Attempt
        fields = (
            "number",
            "state",
            "version",
            "deployment",
            "worker",
            "started_at",
            "finished_at",
            "failure",
            "message",
            "rows_in",
            "rows_out",
            "bytes_in",
            "bytes_out",
            "cpu_seconds",
            "peak_memory",
            "waited_for",
            "ran_for",
            "checks",
            "log",
        )


class RunOut(serializers.ModelSerializer):
    """A run as lists show it."""

    transformation = serializers.CharField(source="transformation.component.name")
    environment = serializers.CharField(source="environment.name")
    team = serializers.CharField(source="team.name")
    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    deployment = serializers.IntegerField(source="deployment.number", default=None, allow_null=True)
    requested_by = serializers.CharField(
        source="requested_by.username", default=None, allow_null=True
    )
    backfill = serializers.UUIDField(source="backfill_id", default=None, allow_null=True)

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id",
            "number",
            "transformation",
            "environment",
            "channel",
            "team",
            "state",
            "message",
            "version",
            "deployment",
            "parameters",
            "logical_at",
            "is_delivering",
            "backfill",
            "request_key",
            "attempt",
            "revision",
            "rows",
            "bytes",
            "result_checksum",
            "trace_id",
            "requested_by",
            "reason",
            "requested_at",
            "queued_at",
            "started_at",
            "finished_at",
        )


class AcceptanceOut(TypedDict):
    """Who lets a failure stand, since when, and why."""

    by: str
    at: str
    reason: str


class RunDetail(RunOut):
    """A run with its attempts and deliveries. `seconds`: how long the last attempt ran.

    `acceptance`: who lets its failure stand, and why.
    """

    attempts = AttemptOut(many=True)
    deliveries = DeliveryOut(many=True)
    seconds = serializers.SerializerMethodField()
    acceptance = serializers.SerializerMethodField()

    class Meta(RunOut.Meta):
        fields = (*RunOut.Meta.fields, "seconds", "acceptance", "attempts", "deliveries")

    def get_acceptance(self, run: Run) -> AcceptanceOut | None:
        found = accepted.acceptance(run)
        if found is None:
            return None
        by, at = found.accepted_by.username, found.accepted_at
        return {"by": by, "at": at.isoformat(), "reason": found.reason}

    def get_seconds(self, run: Run) -> float | None:
        return next((a.ran_for for a in run.attempts.all() if a.ran_for is not None), None)


# What RunDetail says of a run that nobody has claimed: known, so not asked for.
NOTHING_YET: dict[str, Any] = {
    "seconds": None,
    "acceptance": None,
    "attempts": [],
    "deliveries": [],
}


class RunIn(serializers.Serializer):
    transformation = Named(
        "transformation",
        Transformation.objects.select_related("component__team"),
        slug_field="component__name",
    )
    environment = Named("environment", Environment.objects.all())
    parameters = serializers.DictField(required=False, default=dict)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    request_key = serializers.RegexField(
        r"^[\w.:-]{1,80}\Z",
        required=False,
        default="",
        help_text="Your name for this occasion, whoever names it and for ever: the same key and "
        "parameters again are the same run.",
    )


class RunAgainIn(serializers.Serializer):
    version = serializers.ChoiceField(choices=["live", "same"], default="live")
    reason = serializers.CharField(max_length=2000)


class ReasonIn(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class AcceptIn(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class SampleOut(serializers.Serializer):
    columns = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.ListField())


class RunFilter(django_filters.FilterSet):
    transformation = ByName("transformation", Transformation.objects.all(), by="component__name")
    component = ByName("transformation", Transformation.objects.all(), by="component__name")
    environment = ByName("environment", Environment.objects.all())
    team = ByName("team", Team.objects.all())
    state = AnyOf(choices=Run.State.choices)
    number = django_filters.NumberFilter()
    since, until = Since(), Until()

    class Meta:
        model = Run
        fields: list[str] = []


class Runs(Nouns):
    """Intended work and how each execution of it went."""

    noun = "run"
    queryset = queries.runs()
    serializer_class = RunOut
    filterset_class = RunFilter

    def get_queryset(self) -> Any:
        return queries.runs() if self.action == "list" else queries.detailed()

    def get_serializer_class(self) -> Any:
        return RunOut if self.action == "list" else RunDetail

    @extend_schema(request=RunIn, responses={201: RunDetail})
    def create(self, request: Request) -> Response:
        """Start a run of what is live in an environment."""
        given = self.given(RunIn)
        traced = TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
        run = operations.start(
            **given,
            trace_id=traced.group(1) if traced else "",
            by=self.by,
            now=timezone.now(),
        )
        if run.attempt:  # the same occasion again
            return self.shown(run, status.HTTP_201_CREATED)
        return Response(RunOut(run).data | NOTHING_YET, status.HTTP_201_CREATED)

    @extend_schema(request=ReasonIn, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop a run that waits or runs."""
        run = operations.cancel(
            run=self.get_object(), by=self.by, now=timezone.now(), **self.given(ReasonIn)
        )
        return self.shown(run)

    @extend_schema(request=RunAgainIn, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: str) -> Response:
        """Execute a finished run once more; its deliveries become new revisions."""
        given = self.given(RunAgainIn)
        run = operations.again(
            run=self.get_object(),
            with_version=given["version"],
            reason=given["reason"],
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(run)

    @extend_schema(request=AcceptIn, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Let a failure stand, with a reason: it waits for nobody any more."""
        run = self.get_object()
        acceptances.accept(run=run, by=self.by, now=timezone.now(), **self.given(AcceptIn))
        return self.shown(run)

    @extend_schema(request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def unaccept(self, request: Request, pk: str) -> Response:
        """It counts as a failure again."""
        run = self.get_object()
        acceptances.undo(run=run, by=self.by, now=timezone.now())
        return self.shown(run)

    @extend_schema(responses=RowsAgainstOut(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        url_path="check-rows",
        pagination_class=None,
        filterset_class=None,
    )
    def check_rows(self, request: Request, pk: str) -> Response:
        """The first rows against each check of the last attempt, for those who may see rows."""
        found = queries.rows_against(run=self.get_object(), who=self.by)
        return Response(RowsAgainstOut(found, many=True).data)

    @extend_schema(responses=SampleOut)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def rows(self, request: Request, pk: str) -> Response:
        """The first rows of the result, for those who may see rows."""
        sample = queries.sample(run=self.get_object(), who=self.by)
        columns = [{"name": c.name, "type": c.type} for c in sample.columns]
        return Response({"columns": columns, "rows": sample.rows})
