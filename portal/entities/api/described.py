"""Entities over the API, what is wrong with them, and the check of a file."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking, Nouns
from portal.descriptors.checking import check
from portal.entities import queries
from portal.entities.bodies import FILES
from portal.entities.models import CatalogSource, Entity, EntityFinding
from portal.filters import ByName


class EntityOut(serializers.ModelSerializer):
    """An entity as its file describes it, and what it is here."""

    source = serializers.CharField(source="source.name")  # type: ignore[assignment]
    component = serializers.CharField(source="component.name", default=None)
    team = serializers.CharField(
        source="team.name", default=None, help_text="Of a group: the team that it is here."
    )

    class Meta:
        model = Entity
        fields: tuple[str, ...] = (
            *("ref", "kind", "namespace", "name", "title", "description", "type", "lifecycle"),
            *("owner", "system", "tags", "source", "path", "line", "commit", "component", "team"),
            *("is_broken", "orphaned_at", "changed_at"),
        )


class RelationOut(serializers.Serializer):
    type = serializers.CharField()
    ref = serializers.CharField()
    is_known = serializers.SerializerMethodField(help_text="False: no file describes it.")

    def get_is_known(self, related: queries.Related) -> bool:
        return related.entity is not None


class EntityFindingOut(serializers.ModelSerializer):
    source = serializers.CharField(source="source.name")  # type: ignore[assignment]

    class Meta:
        model = EntityFinding
        fields = ("source", "ref", "path", "line", "column", "field", "message", "since_at")


class EntityDetail(EntityOut):
    relations = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    document = serializers.JSONField(
        source="data", help_text="The whole of it, unknown fields included."
    )

    class Meta(EntityOut.Meta):
        fields = (*EntityOut.Meta.fields, "relations", "findings", "document")

    @extend_schema_field(RelationOut(many=True))
    def get_relations(self, one: Entity) -> Any:
        return RelationOut(queries.relations(one), many=True).data

    @extend_schema_field(EntityFindingOut(many=True))
    def get_findings(self, one: Entity) -> Any:
        return EntityFindingOut(queries.findings(one.source, one.ref), many=True).data


class CheckFindingOut(serializers.Serializer):
    ref = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    field = serializers.CharField()
    message = serializers.CharField()


class CheckOut(serializers.Serializer):
    entities = serializers.ListField(child=serializers.CharField())
    findings = CheckFindingOut(many=True)


class EntityFilter(django_filters.FilterSet):
    source = ByName("source", CatalogSource.objects.all())
    kind = django_filters.CharFilter(method="of_kind")

    class Meta:
        model = Entity
        fields = ("source", "kind", "owner", "system", "is_broken")

    def of_kind(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(folded=value.lower())


class Entities(Nouns):
    """What files describe, by reference."""

    noun = "entity"
    queryset = queries.entities()
    serializer_class = EntityOut
    filterset_class = EntityFilter
    lookup_field = "ref"
    lookup_value_regex = "[^/]+/[^/]+"
    ordering = "ref"

    @extend_schema(responses=EntityDetail)
    def retrieve(self, request: Request, ref: str) -> Response:
        """One, with its relations both ways, what is wrong with it, and its document."""
        return Response(EntityDetail(queries.entity(ref)).data)


class EntityFindingFilter(django_filters.FilterSet):
    source = ByName("source", CatalogSource.objects.all())

    class Meta:
        model = EntityFinding
        fields = ("source", "ref")


class EntityFindings(Nouns):
    """What is wrong with files of the catalog, newest first."""

    noun = "finding"
    queryset = queries.findings()
    serializer_class = EntityFindingOut
    filterset_class = EntityFindingFilter


class CheckFile(Asking):
    """A file of descriptors, before it is committed."""

    parser_classes = FILES
    is_looking = True

    @extend_schema(
        request={"application/yaml": OpenApiTypes.STR},
        responses=CheckOut,
        operation_id="catalog_validate",
    )
    def post(self, request: Request) -> Response:
        """What it describes and what is wrong with it; nothing is kept, nothing else is read."""
        checked = check(cast(bytes, request.data))
        findings = [
            {
                "ref": ref,
                "line": one.line,
                "column": one.column,
                "field": one.field,
                "message": one.message,
            }
            for ref, one in checked.findings
        ]
        return Response(CheckOut({"entities": checked.refs, "findings": findings}).data)
