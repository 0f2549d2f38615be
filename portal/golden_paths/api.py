"""Golden paths over the API: look, publish, dry-run, start, retry, undo, cancel."""

from __future__ import annotations

import json
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Nouns
from portal.errors import Refused
from portal.files.bodies import TextYaml, Yaml
from portal.filters import AnyOf, ByName
from portal.golden_paths import operations, queries
from portal.golden_paths.models import GoldenPath, PathAttempt, PathRun, PathStep
from portal.json_bodies import StrictJson
from portal.rows import found

WORDS: dict[str, Any] = {"max_length": 2000, "default": "", "allow_blank": True}


class PathOut(serializers.ModelSerializer):
    version = serializers.IntegerField(source="current.number")
    url = serializers.CharField()

    class Meta:
        model = GoldenPath
        fields: tuple[str, ...] = (
            "id",
            "name",
            "title",
            "description",
            "icon",
            "owner",
            "version",
            "used",
            "is_offered",
            "created_at",
            "url",
        )


class PathDetail(PathOut):
    content = serializers.SerializerMethodField()
    file = serializers.CharField(source="current.file")

    class Meta(PathOut.Meta):
        fields = (*PathOut.Meta.fields, "content", "file")

    def get_content(self, path: GoldenPath) -> dict[str, Any]:
        return dict(json.loads(path.current.content)) if path.current else {}


class PathAttemptOut(serializers.ModelSerializer):
    class Meta:
        model = PathAttempt
        fields = ("number", "is_undo", "state", "message", "started_at", "finished_at")


class PathStepOut(serializers.ModelSerializer):
    attempts = PathAttemptOut(many=True)

    class Meta:
        model = PathStep
        fields = (
            "name",
            "kind",
            "title",
            "state",
            "is_undoing",
            "message",
            "outputs",
            "links",
            "started_at",
            "finished_at",
            "attempts",
        )


class PathRunOut(serializers.ModelSerializer):
    path = serializers.CharField(source="path.name")
    version = serializers.IntegerField(source="version.number")
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    started_by = serializers.CharField(source="started_by.username")
    url = serializers.CharField()

    class Meta:
        model = PathRun
        fields: tuple[str, ...] = (
            "id",
            "number",
            "path",
            "version",
            "subject",
            "state",
            "message",
            "team",
            "started_by",
            "created_at",
            "started_at",
            "finished_at",
            "url",
        )


class PathRunDetail(PathRunOut):
    steps = PathStepOut(many=True)

    class Meta(PathRunOut.Meta):
        fields = (*PathRunOut.Meta.fields, "answers", "plan", "links", "reason", "steps")


class StartIn(serializers.Serializer):
    path = serializers.CharField(max_length=60)
    answers = serializers.DictField()
    dry_run = serializers.BooleanField(
        default=True, help_text="Only say what it would do: a draft with its `plan`."
    )
    request_key = serializers.CharField(max_length=120, default="", allow_blank=True)


class AnswersIn(serializers.Serializer):
    answers = serializers.DictField(
        default=None, allow_null=True, help_text="Left out: those that it has."
    )


class PathPlanIn(serializers.Serializer):
    """A file that need not be published, and what its pages would be answered with."""

    definition = serializers.JSONField(help_text="The file: its text (YAML), or as an object.")
    answers = serializers.DictField(default=dict)


class PathEditOut(serializers.Serializer):
    name = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class PathStepPlanOut(serializers.Serializer):
    name = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    stands = serializers.ChoiceField(
        ["would", "open", "skipped", "refused"], help_text="`open`: an answer is still missing."
    )
    words = serializers.CharField()
    can_undo = serializers.BooleanField()
    makes = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Kind and name each."
    )
    edit = PathEditOut(allow_null=True)


class PathObjectionOut(serializers.Serializer):
    step = serializers.CharField()
    message = serializers.CharField()
    answer = serializers.CharField(help_text="Which answer it is about; empty for none.")
    page = serializers.IntegerField()


class PathProblemOut(serializers.Serializer):
    page = serializers.IntegerField()
    title = serializers.CharField()
    words = serializers.CharField()


class PathPlanOut(serializers.Serializer):
    is_startable = serializers.BooleanField(help_text="Nothing hinders it, and nothing is open.")
    steps = PathStepPlanOut(many=True)
    objections = PathObjectionOut(many=True)
    problems = PathProblemOut(many=True, help_text="Answers that do not fit their question.")


class PathOfferIn(serializers.Serializer):
    is_offered = serializers.BooleanField()
    reason = serializers.CharField(**WORDS)


class RetryIn(serializers.Serializer):
    step = serializers.CharField(max_length=60, default="", help_text="Empty: the one that failed.")


class CancelIn(serializers.Serializer):
    reason = serializers.CharField(**WORDS)


class UndoIn(serializers.Serializer):
    reason = serializers.CharField(max_length=2000, default="", allow_blank=True)


class Paths(Nouns):
    """Paved ways to what teams do again and again; those that one may see."""

    noun = "golden path"
    queryset = queries.paths()
    serializer_class = PathOut
    lookup_field = "name"
    ordering = "name"

    def get_queryset(self) -> QuerySet[GoldenPath]:
        shown = queries.visible(self.by, all_of_them=True)
        return queries.paths(all_of_them=True).filter(pk__in=[path.pk for path in shown])

    def get_serializer_class(self) -> Any:
        return PathOut if self.action == "list" else PathDetail

    def get_parsers(self) -> list[BaseParser]:
        """A file may come as it is written."""
        return [StrictJson(), Yaml(), TextYaml()]

    @extend_schema(
        request={
            "application/yaml": OpenApiTypes.STR,
            "text/yaml": OpenApiTypes.STR,
            "application/json": OpenApiTypes.OBJECT,
        },
        responses={200: PathDetail, 201: PathDetail},
    )
    def create(self, request: Request) -> Response:
        """Publish a file: a new version (201), or the same content made current again (200)."""
        if not isinstance(request.data, bytes | dict):
            raise Refused("Send the file of a golden path.")
        version, is_new = operations.publish(
            definition=request.data, by=self.by, now=timezone.now()
        )
        path = queries.path(version.path.name, self.by)
        return self.shown(path, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(request={"application/json": PathPlanIn}, responses=PathPlanOut)
    @action(detail=False, methods=["post"], pagination_class=None, is_looking=True)
    def plan(self, request: Request) -> Response:
        """What a file would do for you with these answers, step by step; nothing is done or kept.

        422 where something is wrong with it: `details` holds everything, with line and column.
        """
        given = self.given(PathPlanIn)
        if not isinstance(given["definition"], str | dict):
            raise Refused("Send the file of a golden path.", field="definition")
        found = queries.trial(**given, by=self.by, now=timezone.now())
        is_startable = not (found.problems or found.plan.objections) and found.plan.is_complete
        shown = {**found.plan.as_json(), "problems": found.problems, "is_startable": is_startable}
        return Response(PathPlanOut(shown).data)

    @extend_schema(request=PathOfferIn, responses=PathDetail)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, name: str) -> Response:
        """Take a path from the shelf, or put it back."""
        path = operations.offer(
            path=self.get_object(), **self.given(PathOfferIn), by=self.by, now=timezone.now()
        )
        return self.shown(queries.path(path.name, self.by))


class PathRunFilter(django_filters.FilterSet):
    path = ByName("path", GoldenPath.objects.all())
    state = AnyOf(choices=PathRun.State.choices)

    class Meta:
        model = PathRun
        fields: list[str] = []


class PathRuns(Nouns):
    """What was started with golden paths. One is found by identity or number."""

    noun = "use of a golden path"
    queryset = PathRun.objects.all()
    serializer_class = PathRunOut
    filterset_class = PathRunFilter
    lookup_value_regex = "[0-9a-f-]+"

    def get_queryset(self) -> QuerySet[PathRun]:
        return queries.runs(by=self.by) if self.action == "list" else queries.details(self.by)

    def get_serializer_class(self) -> Any:
        return PathRunOut if self.action == "list" else PathRunDetail

    def get_object(self) -> PathRun:
        key = self.kwargs["pk"]
        is_number = key.isdecimal() and len(key) < 19
        return found(self.get_queryset(), self.noun, **{"number" if is_number else "pk": key})

    @extend_schema(request=StartIn, responses={201: PathRunDetail})
    def create(self, request: Request) -> Response:
        """Say what a path would do; with `dry_run: false` do it."""
        given = self.given(StartIn)
        run = operations.start(
            path=given["path"],
            answers=given["answers"],
            is_dry_run=given["dry_run"],
            request_key=given["request_key"],
            by=self.by,
            now=timezone.now(),
        )
        return self._now(run, status.HTTP_201_CREATED)

    @extend_schema(request=AnswersIn, responses=PathRunDetail)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Start a draft for good."""
        draft, given = self.get_object(), self.given(AnswersIn)
        run = operations.start(
            path=draft.path.name,
            answers=draft.answers if given["answers"] is None else given["answers"],
            is_dry_run=False,
            draft=draft,
            by=self.by,
            now=timezone.now(),
        )
        return self._now(run)

    @extend_schema(request=RetryIn, responses=PathRunDetail)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try the step that failed once more, then go on."""
        run = self.get_object()
        step = queries.failed_step(run, self.given(RetryIn)["step"])
        operations.retry(step=step, by=self.by, now=timezone.now())
        return self._now(run)

    @extend_schema(request=CancelIn, responses=PathRunDetail)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Begin no further step; what is done stays."""
        run = self.get_object()
        operations.cancel(run=run, **self.given(CancelIn), by=self.by, now=timezone.now())
        return self._now(run)

    @extend_schema(request=UndoIn, responses=PathRunDetail)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back what can be taken back, the last step first; with a reason."""
        run = self.get_object()
        operations.undo(run=run, **self.given(UndoIn), by=self.by, now=timezone.now())
        return self._now(run)

    def _now(self, run: PathRun, status: int = 200) -> Response:
        return self.shown(queries.details(self.by).get(pk=run.pk), status)
