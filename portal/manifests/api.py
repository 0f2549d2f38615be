"""What is kept in files, over the API: plan, apply, export, and the schema for editors."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking, Nouns
from portal.errors import Refused
from portal.json_bodies import StrictJson
from portal.manifests import operations, queries
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.manifests.reading import LARGEST, File

MOST_FILES = 10_000
SECONDS = 2.0  # that one request works on steps
TEXT: dict[str, Any] = {"trim_whitespace": False, "allow_blank": True}


class FolderFile(serializers.Serializer):
    path = serializers.CharField(max_length=400, help_text="As it counts from the folder.")
    text = serializers.CharField(**TEXT)


class SecretsIn(serializers.Serializer):
    secrets = serializers.DictField(
        child=serializers.CharField(max_length=4000, **TEXT),
        default=dict,
        help_text="Values by reference, `env:NAME` or `file:PATH`. They are compared and set, and "
        "never answered or kept anywhere else.",
    )


class ManifestPlanIn(SecretsIn):
    files = FolderFile(many=True)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=300, help_text="What keeps these things: the repository, and the folder in it."
    )
    prune = serializers.BooleanField(
        default=False, help_text="Take away what files of this source made and say no more."
    )
    take_over = serializers.BooleanField(
        default=False, help_text="Also what files of another source keep."
    )


class ManifestApplyIn(ManifestPlanIn):
    digest = serializers.CharField(max_length=80, help_text="That of the plan agreed to.")
    commit = serializers.RegexField(
        r"^[0-9a-f]{7,64}$",
        required=False,
        default="",
        allow_blank=True,
        help_text="The commit that the files came from; pages of what they keep say it.",
    )


class FieldDifferenceOut(serializers.Serializer):
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    is_drift = serializers.BooleanField(
        help_text="The file said so before: it was changed elsewhere."
    )


class PlannedStepOut(serializers.Serializer):
    action = serializers.ChoiceField(["create", "change", "keep", "remove", "leave"])
    kind = serializers.CharField()
    name = serializers.CharField()
    file = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    team = serializers.CharField(allow_null=True)
    words = serializers.CharField()
    differences = FieldDifferenceOut(many=True)
    refusals = serializers.ListField(child=serializers.CharField())


class WantedSecretOut(serializers.Serializer):
    reference = serializers.CharField()
    file = serializers.CharField()
    line = serializers.IntegerField()


class StrayOut(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()


class ManifestPlanOut(serializers.Serializer):
    digest = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_empty = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    steps = PlannedStepOut(many=True)
    stray = StrayOut(many=True, help_text="Made by files, in none any more; --prune takes it away.")
    secrets = WantedSecretOut(many=True, help_text="References that documents name.")


class KeptOut(serializers.ModelSerializer):
    applied_by = serializers.CharField(source="application.applied_by.username")
    digest = serializers.CharField(source="application.digest")
    commit = serializers.CharField(source="application.commit")

    class Meta:
        model = Kept
        fields = (
            "id",
            "kind",
            "name",
            "source",
            "file",
            "fields",
            "applied_by",
            "applied_at",
            "digest",
            "commit",
        )


class ApplicationStepOut(serializers.ModelSerializer):
    class Meta:
        model = ApplicationStep
        fields = ("action", "kind", "name", "file", "words", "state", "message", "done_at")


class ApplicationOut(serializers.ModelSerializer):
    applied_by = serializers.CharField(source="applied_by.username")

    class Meta:
        model = Application
        fields = (
            "id",
            "number",
            "source",
            "digest",
            "commit",
            "prune",
            "state",
            "position",
            "size",
            "message",
            "applied_by",
            "started_at",
            "finished_at",
        )


class ExportOut(serializers.Serializer):
    files = FolderFile(many=True)


class ManifestLetGoIn(serializers.Serializer):
    kind = serializers.CharField(max_length=30)
    name = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=2000, default="", allow_blank=True)


class ExportAsked(serializers.Serializer):
    kind = serializers.CharField(max_length=30, default="", allow_blank=True)
    team = serializers.CharField(max_length=60, default="", allow_blank=True)


class Folder(StrictJson):
    """A folder's files in one request: larger than others, and not without bounds."""

    most = 2 * LARGEST  # as JSON writes them
    too_large = (
        f"These files are larger than {LARGEST // 1024 // 1024} MB together. Apply a folder of "
        "each team by itself."
    )


class KeptFilter(django_filters.FilterSet):
    kind = django_filters.CharFilter()
    name = django_filters.CharFilter()
    source = django_filters.CharFilter()

    class Meta:
        model = Kept
        fields: ClassVar[list[str]] = []


class Manifests(Nouns):
    """What files keep: the portal as code. `slipway export`, `plan` and `apply` ask here."""

    noun = "kept thing"
    queryset = queries.kept()
    serializer_class = KeptOut
    filterset_class = KeptFilter
    lookup_value_regex = "[0-9a-f-]{36}"
    ordering = "-id"

    def get_parsers(self) -> list[BaseParser]:
        return [Folder()]

    @extend_schema(responses=ExportOut, parameters=[ExportAsked], filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> Response:
        """All things, or those of a kind, as documents in files; of secrets only references."""
        asked = self.asked(ExportAsked)
        address = request.build_absolute_uri("/").rstrip("/")
        found = queries.export(by=self.by, now=timezone.now(), address=address, **asked)
        return Response({"files": [{"path": file.path, "text": file.text} for file in found]})

    @extend_schema(request=ManifestLetGoIn, responses={204: None})
    @action(detail=False, methods=["post"], url_path="let-go")
    def let_go(self, request: Request) -> Response:
        """Keep a thing in no file any more: its page has it, until files say it again."""
        operations.let_go(**self.given(ManifestLetGoIn), by=self.by, now=timezone.now())
        return Response(status=204)


class PlanManifests(Asking):
    """What applying files would do."""

    is_looking = True

    def get_parsers(self) -> list[BaseParser]:
        return [Folder()]

    @extend_schema(request=ManifestPlanIn, responses=ManifestPlanOut)
    def post(self, request: Request) -> Response:
        """What applying these files would do, each step in words; nothing is done.

        422 where something is wrong with them: `details` holds everything, with file, line and
        column.
        """
        given = _files(self.given(ManifestPlanIn))
        found = queries.plan(**given, by=self.by, now=timezone.now())
        return Response(
            {
                "digest": found.digest,
                "source": found.source,
                "is_empty": not found.steps,
                "counts": found.counts,
                "unchanged": found.unchanged,
                "refused": len(found.refused),
                "steps": [step.as_json() for step in found.steps],
                "stray": [{"kind": kind, "name": name} for kind, name in found.stray],
                "secrets": found.secrets,
            }
        )


class Applications(Nouns):
    """Each time that files were applied: the plan that was agreed to, and how far it came."""

    noun = "application"
    queryset = queries.applications()
    serializer_class = ApplicationOut
    lookup_value_regex = "[0-9a-f-]{36}"
    ordering = "-id"

    def get_parsers(self) -> list[BaseParser]:
        return [Folder()]

    @extend_schema(request=ManifestApplyIn, responses={201: ApplicationOut})
    def create(self, request: Request) -> Response:
        """Take a plan in hand; then POST to its `work/` until its state is no longer `working`.

        409 where files or portal are not as the plan saw them, 422 where a step would be refused:
        then nothing is done. Asked twice, it is one application.
        """
        given = _files(self.given(ManifestApplyIn))
        return self.shown(operations.begin(**given, by=self.by, now=timezone.now()), 201)

    @extend_schema(request=SecretsIn, responses=ApplicationOut)
    @action(detail=True, methods=["post"])
    def work(self, request: Request, pk: str) -> Response:
        """Do its next steps, for about two seconds. A refusal stops it, with what was done."""
        end = time.monotonic() + SECONDS
        application = operations.work(
            application=self.get_object(),
            by=self.by,
            now=timezone.now,
            goes_on=lambda: time.monotonic() < end,
            secrets=self.given(SecretsIn)["secrets"],
        )
        return self.shown(application)

    @extend_schema(responses=ApplicationStepOut(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def steps(self, request: Request, pk: str) -> Response:
        """Its steps in their order: what was done, what was refused, what was not done."""
        self.ordering = "position"
        page = self.paginate_queryset(queries.steps(self.get_object()))
        return self.get_paginated_response(ApplicationStepOut(page, many=True).data)


class ManifestSchema(Asking):
    """JSON Schema of documents, for editors, which have no token: it tells nothing of anyone."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiTypes.OBJECT, auth=[])
    def get(self, request: Request) -> Response:
        """JSON Schema (2020-12) of a document of any kind: name it in `# yaml-language-server:`."""
        address = request.build_absolute_uri("/").rstrip("/")
        return Response(queries.schema(address), headers={"Cache-Control": "max-age=300"})


def _files(given: dict[str, Any]) -> dict[str, Any]:
    if len(given["files"]) > MOST_FILES:
        raise Refused(f"At most {MOST_FILES} files at once.", field="files")
    return {**given, "files": [File(each["path"], each["text"]) for each in given["files"]]}
