"""The audit over the API: look, filter, take a copy along; nothing changes it."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from portal.api import Asking
from portal.audit import files, operations, queries
from portal.audit.asking import EntryFilter
from portal.audit.models import Entry


class EntryOut(serializers.ModelSerializer):
    """One act. `sequence` and `digest` are empty until it is sealed, within a second."""

    actor = serializers.CharField(source="actor.username", default=None, allow_null=True)
    sequence = serializers.IntegerField(source="seal.sequence", default=None, allow_null=True)
    digest = serializers.CharField(source="seal.digest", default=None, allow_null=True)

    class Meta:
        model = Entry
        fields = (
            "id",
            "at",
            "actor",
            "actor_name",
            "token_id",
            "verb",
            "kind",
            "thing",
            "thing_id",
            "component",
            "team",
            "environment",
            "outcome",
            "reason",
            "before",
            "after",
            "request_id",
            "sequence",
            "digest",
        )


class ExportIn(serializers.Serializer):
    """What narrows it down, as the list has it."""

    format = serializers.ChoiceField(choices=[*files.FORMATS], default="jsonl")
    filters = serializers.DictField(child=serializers.CharField(), default=dict)


class Audit(Asking, mixins.ListModelMixin, GenericViewSet):
    """Who did what, to what, when and why; newest first."""

    queryset = queries.entries()
    serializer_class = EntryOut
    filterset_class = EntryFilter

    @extend_schema(
        request=ExportIn,
        responses={
            (200, kind.partition(";")[0]): OpenApiTypes.STR for kind in files.FORMATS.values()
        },
    )
    @action(detail=False, methods=["post"])
    def export(self, request: Request) -> StreamingHttpResponse:
        """Everything that fits, the oldest first, as a stream; that you took it is an entry too."""
        given = self.given(ExportIn)
        export = operations.export(
            form=given["format"], filters=given["filters"], by=self.by, now=timezone.now()
        )
        kind = files.FORMATS[export.form]
        return StreamingHttpResponse(queries.exported(export), content_type=kind)
