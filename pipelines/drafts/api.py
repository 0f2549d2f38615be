"""Drafts over the API: begin, read, change by If-Match, put away, register; and judge any file."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.transformations import queries as transformations
from portal.accounts import queries as accounts
from portal.accounts.models import Team
from portal.api import Named, Nouns
from portal.errors import Away, Refused
from portal.filters import AnyOf, ByName
from portal.seen import ANYTHING, Seen

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The ETag of the revision that you changed, such as "7".',
)
REVISION = re.compile(r"[0-9]{1,9}")


class DraftOut(serializers.ModelSerializer):
    """A draft as lists show it."""

    team = serializers.CharField(source="team.name")
    base = serializers.IntegerField(source="base.number", default=None, allow_null=True)
    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    created_by = serializers.CharField(source="created_by.username")
    changed_by = serializers.CharField(source="changed_by.username")

    class Meta:
        model = Draft
        fields: tuple[str, ...] = (
            *("id", "number", "team", "name", "title", "state", "revision", "base", "version"),
            *("created_by", "created_at", "changed_by", "changed_at"),
        )


class FindingOut(serializers.Serializer):
    """What registering would refuse; `field` is where in the file."""

    message = serializers.CharField()
    field = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)


class DraftDetail(DraftOut):
    """A draft with its file, and what registering it would refuse."""

    file = serializers.CharField(source="text")
    findings = serializers.SerializerMethodField()

    class Meta(DraftOut.Meta):
        fields = (*DraftOut.Meta.fields, "file", "findings")

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, draft: Draft) -> list[dict[str, object]]:
        page = Page(draft, self.context["request"].user, timezone.now())
        return [finding.as_detail() for finding in page.findings]


class DraftIn(serializers.Serializer):
    """Of a title, of a file, or of a transformation that exists (its newest version)."""

    team = Named("team", accounts.teams())
    title = serializers.CharField(required=False, default="", max_length=120, allow_blank=True)
    file = serializers.CharField(required=False, default="", trim_whitespace=False)
    transformation = serializers.CharField(
        required=False, default="", help_text="Begin with its newest version, to change it."
    )


class FileIn(serializers.Serializer):
    file = serializers.CharField(trim_whitespace=False, help_text="YAML or JSON.")


class ChangedIn(FileIn):
    revision = serializers.IntegerField(
        required=False, default=None, help_text="Which one you changed, where If-Match says none."
    )


class JudgementOut(serializers.Serializer):
    findings = FindingOut(many=True)
    is_registrable = serializers.BooleanField()


class RegisteredOut(serializers.Serializer):
    transformation = serializers.CharField()
    version = serializers.IntegerField()
    is_new = serializers.BooleanField()


class DraftFilter(django_filters.FilterSet):
    team = ByName("team", Team.objects.all())
    state = AnyOf(choices=Draft.State.choices)

    class Meta:
        model = Draft
        fields: ClassVar[list[str]] = []


class Drafts(Nouns):
    """Transformations that are being written. The text is the truth; it may be wrong meanwhile."""

    noun = "draft"
    queryset = queries.drafts()
    serializer_class = DraftOut
    filterset_class = DraftFilter

    def get_serializer_class(self) -> Any:
        return DraftOut if self.action == "list" else DraftDetail

    def shown(self, thing: object, status: int = 200) -> Response:
        """With the ETag that the next change has to name."""
        response = super().shown(thing, status)
        if isinstance(thing, Draft):
            response.headers["ETag"] = f'"{thing.revision}"'
        return response

    @extend_schema(request=DraftIn, responses={201: DraftDetail})
    def create(self, request: Request) -> Response:
        """Begin a draft."""
        given = self.given(DraftIn)
        name = given.pop("transformation")
        base = None
        if name:
            component = transformations.transformation(name).component
            base = transformations.versions(component).order_by("-number").first()
        draft = operations.begin(
            team=given["team"],
            title=given["title"],
            text=given["file"],
            base=base,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(draft, status.HTTP_201_CREATED)

    @extend_schema(request=ChangedIn, responses=DraftDetail, parameters=[IF_MATCH])
    def update(self, request: Request, pk: str) -> Response:
        """Put another text in its place. 409 where somebody was faster: both texts are kept."""
        given = self.given(ChangedIn)
        draft = operations.save(
            draft=self.get_object(),
            text=given["file"],
            seen=_revision(self.seen if self._is_named else ANYTHING, given["revision"]),
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(queries.draft(draft.number))

    @property
    def _is_named(self) -> bool:
        """An empty If-Match says no more than none: the body may say the revision."""
        return bool(self.request.headers.get("If-Match", "").strip())

    @extend_schema(request=None, responses=DraftDetail)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Put it away; it can be brought back."""
        done = operations.discard(draft=self.get_object(), by=self.by, now=timezone.now())
        return self.shown(done)

    @extend_schema(request=None, responses=DraftDetail)
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, pk: str) -> Response:
        """Undo a discard."""
        done = operations.bring_back(draft=self.get_object(), by=self.by, now=timezone.now())
        return self.shown(done)

    @extend_schema(request=None, responses=RegisteredOut)
    @action(detail=True, methods=["post"])
    def register(self, request: Request, pk: str) -> Response:
        """Register what it says; it is closed then."""
        version, is_new = operations.register(
            draft=self.get_object(), by=self.by, now=timezone.now()
        )
        name = version.transformation.component.name
        return Response({"transformation": name, "version": version.number, "is_new": is_new})

    @extend_schema(request=FileIn, responses=JudgementOut)
    @action(detail=False, methods=["post"], is_looking=True)
    def validate(self, request: Request) -> Response:
        """What registering a file would refuse. Nothing is kept."""
        draft = operations.unsaved(file=self.given(FileIn)["file"], who=self.by)
        found = Page(draft, self.by, timezone.now()).judgement
        if found.away:
            raise Away(found.away)
        findings = [finding.as_detail() for finding in found.findings]
        return Response({"findings": findings, "is_registrable": not findings})


def _revision(seen: Seen, said: int | None) -> int:
    """The one of If-Match, else the one that the body says."""
    if not seen.tags and said is not None:
        return said
    tag = next(iter(seen.tags), "")
    if len(seen.tags) > 1 or not REVISION.fullmatch(tag):
        raise Refused(
            "Say which revision you changed: the header If-Match with the ETag of the draft, such "
            'as If-Match: "7".',
            field="If-Match",
        )
    return int(tag)
