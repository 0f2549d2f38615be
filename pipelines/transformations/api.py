"""Transformations over the API: register a file, look at versions, compare two of them."""

from __future__ import annotations

import json
from typing import Any, ClassVar, cast

import django_filters
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from pipelines.transformations import diff, operations, queries
from pipelines.transformations.models import Transformation, Version
from portal.api import Nouns
from portal.errors import NotFound, Refused
from portal.files.bodies import Json, TextYaml, Yaml

AGAINST = OpenApiParameter("against", str, description="Else it is the one before it.")


class RejectedOut(serializers.Serializer):
    by = serializers.CharField(source="rejected_by.username")
    at = serializers.DateTimeField(source="rejected_at")
    reason = serializers.CharField()


class VersionOut(serializers.ModelSerializer):
    """A version as lists show it; `rejection` says that its content was judged wrong."""

    transformation = serializers.CharField(source="transformation.component.name")
    team = serializers.CharField(source="transformation.component.team.name")
    created_by = serializers.CharField(source="created_by.username")
    rejection = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields: tuple[str, ...] = (
            "id",
            "transformation",
            "team",
            "number",
            "digest",
            "semantic_digest",
            "canonicaliser",
            "source",
            "created_by",
            "created_at",
            "rejection",
        )

    @extend_schema_field(RejectedOut(allow_null=True))
    def get_rejection(self, version: Version) -> Any:
        found = self.context["rejections"].get((version.transformation_id, version.digest))
        return RejectedOut(found).data if found else None


class VersionDetail(VersionOut):
    """A version with its content, its file, and which inputs feed each column of the result."""

    spec = serializers.JSONField()
    lineage = serializers.SerializerMethodField()

    class Meta(VersionOut.Meta):
        fields = (*VersionOut.Meta.fields, "spec", "file", "lineage")

    def get_lineage(self, version: Version) -> dict[str, list[str] | None]:
        return queries.lineage(version)


class TransformationOut(serializers.ModelSerializer):
    name = serializers.CharField()
    title = serializers.CharField(source="component.title")
    description = serializers.CharField(source="component.description")
    team = serializers.CharField(source="component.team.name")
    newest = serializers.IntegerField(help_text="Number of the newest version.")

    class Meta:
        model = Transformation
        fields = ("id", "name", "title", "description", "team", "newest", "created_at")


class DifferenceOut(serializers.Serializer):
    """What differs between two versions. `unified` is a unified diff of the SQL."""

    old = serializers.IntegerField()
    new = serializers.IntegerField()
    is_same_meaning = serializers.BooleanField()
    sql = serializers.DictField()
    contract = serializers.DictField()
    inputs = serializers.ListField(child=serializers.DictField())
    parameters = serializers.ListField(child=serializers.DictField())
    checks = serializers.ListField(child=serializers.DictField())
    deliveries = serializers.ListField(child=serializers.DictField())
    defaults = serializers.ListField(child=serializers.DictField())


class TransformationFilter(django_filters.FilterSet):
    team = django_filters.CharFilter("component__team__name")

    class Meta:
        model = Transformation
        fields: ClassVar[list[str]] = []


class Transformations(Nouns):
    """Registered queries and their immutable versions."""

    noun = "transformation"
    queryset = queries.transformations()
    serializer_class = TransformationOut
    filterset_class = TransformationFilter
    lookup_field = "name"
    lookup_value_regex = "[a-z0-9-]+"
    ordering = "name"

    def get_parsers(self) -> list[BaseParser]:
        """Only registering has a body, and it is wanted as it was sent."""
        return [Json(), Yaml(), TextYaml()]

    @extend_schema(
        request={
            "application/yaml": OpenApiTypes.STR,
            "text/yaml": OpenApiTypes.STR,
            "application/json": OpenApiTypes.OBJECT,
        },
        responses={200: VersionDetail, 201: VersionDetail},
    )
    def create(self, request: Request) -> Response:
        """Register a file: 201 is a new version, 200 the one that has this content already."""
        file = _file(request)
        version, is_new = operations.register(file=file, by=self.by, now=timezone.now())
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self._detail(version), status=code)

    @extend_schema(responses=VersionOut(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def versions(self, request: Request, name: str) -> Response:
        """The versions of a transformation, newest first."""
        rows = queries.versions(self.get_object().component)
        self.ordering = "-number"
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self._shown(page, VersionOut, many=True))

    @extend_schema(responses=VersionDetail)
    @action(detail=True, methods=["get"], url_path=r"versions/(?P<number>[0-9]{1,9})")
    def one(self, request: Request, name: str, number: str) -> Response:
        """One version with its content and lineage."""
        return Response(self._detail(self._version(number)))

    @extend_schema(responses=DifferenceOut, parameters=[AGAINST])
    @action(
        detail=True,
        methods=["get"],
        url_path=r"versions/(?P<number>[0-9]{1,9})/diff(?:/(?P<against>[0-9]{1,9}))?",
        url_name="diff",
    )
    def diff(
        self, request: Request, name: str, number: str, against: str | None = None
    ) -> Response:
        """What changed up to this version since another one: `?against=`, else the one before."""
        new = self._version(number)
        wanted = against or request.query_params.get("against", "")
        old = queries.against(new, queries.others(new, most=1000), wanted)
        if old is None or (wanted and str(old.number) != wanted):
            which = f"v{wanted}" if wanted else "version before this one"
            raise NotFound(f"{name} has no {which} to compare with.")
        is_same = old.meaning == new.meaning
        found = diff.compare(old.spec, new.spec, is_same_meaning=is_same).as_json()
        return Response({"old": old.number, "new": new.number, **found})

    def _version(self, number: str) -> Version:
        return queries.version(self.get_object().component, int(number))

    def _detail(self, version: Version) -> Any:
        return self._shown(version, VersionDetail)

    def _shown(self, rows: Any, serializer: type[VersionOut], *, many: bool = False) -> Any:
        found = queries.rejections(rows if many else [rows])
        return serializer(rows, many=many, context={"rejections": found}).data


def _file(request: Request) -> str | bytes:
    """The file that was sent: the body itself, or the text in {"file": "..."}."""
    body = bytes(cast(bytes, request.data))
    if not body.lstrip().startswith(b"{"):
        return body
    try:
        wrapped = json.loads(body)
    except (ValueError, RecursionError):
        return body  # whoever reads it as a file says what is wrong, and where
    if not isinstance(wrapped, dict) or wrapped.keys() != {"file"}:
        return body
    if not isinstance(wrapped["file"], str):
        raise Refused("“file” must be the text of a file.", field="file")
    return wrapped["file"]
