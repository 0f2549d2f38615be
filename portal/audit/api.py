"""The audit over the API: look, filter, take a copy along; nothing changes it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Nouns
from portal.audit import heads, operations, queries
from portal.audit.asking import EntryFilter
from portal.audit.models import Entry
from portal.files import answering, tables


class EntryOut(serializers.ModelSerializer):
    """One act. `sequence` and `digest` are empty until it is sealed, within a second."""

    actor = serializers.CharField(source="actor.username", default=None, allow_null=True)
    sequence = serializers.IntegerField(source="seal.sequence", default=None, allow_null=True)
    digest = serializers.CharField(source="seal.digest", default=None, allow_null=True)

    class Meta:
        model = Entry
        fields: tuple[str, ...] = (
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


class EntryDetail(EntryOut):
    """An entry, and whether it is still as it was sealed."""

    flaw = serializers.SerializerMethodField(
        help_text="What is wrong with its place in the chain; empty where nothing is."
    )

    class Meta(EntryOut.Meta):
        fields = (*EntryOut.Meta.fields, "flaw")

    def get_flaw(self, entry: Entry) -> str:
        return queries.seal_flaw(entry)


class SealOut(serializers.Serializer):
    """The newest link of the chain, null before the first; and what waits for its seal."""

    sequence = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField(allow_null=True)
    sealed_at = serializers.DateTimeField(allow_null=True)
    unsealed = serializers.IntegerField()
    unsealed_since = serializers.DateTimeField(allow_null=True)
    public_key = serializers.CharField(help_text="Of those that sign exported heads (Ed25519).")


class ExportIn(serializers.Serializer):
    """What narrows it down, as the list has it."""

    format = serializers.ChoiceField(choices=[*tables.FORMATS], default="jsonl")
    filters = serializers.DictField(child=serializers.CharField(), default=dict)


class Audit(Nouns):
    """Who did what, to what, when and why; newest first."""

    noun = "entry"
    queryset = queries.entries()
    serializer_class = EntryOut
    filterset_class = EntryFilter
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_serializer_class(self) -> Any:
        return EntryDetail if self.action == "retrieve" else EntryOut

    @extend_schema(responses=SealOut, filters=False)
    @action(detail=False, pagination_class=None)
    def seal(self, request: Request) -> Response:
        """How the chain stands, to be kept elsewhere and compared later."""
        newest, (unsealed, since) = queries.newest(), queries.tail()
        found = {
            "sequence": newest and newest.sequence,
            "digest": newest and newest.digest,
            "sealed_at": newest and newest.sealed_at,
            "unsealed": unsealed,
            "unsealed_since": since,
            "public_key": heads.public_key(settings.AUDIT_SIGNING_KEY),
        }
        return Response(SealOut(found).data)

    @extend_schema(
        request=ExportIn,
        responses=answering.RESPONSES,
    )
    @action(detail=False, methods=["post"], content_negotiation_class=answering.AnyAccepted)
    def export(self, request: Request) -> StreamingHttpResponse:
        """Everything that fits, the oldest first, as a stream; that you took it is an entry too."""
        given = self.given(ExportIn)
        export = operations.export(
            form=given["format"], filters=given["filters"], by=self.by, now=timezone.now()
        )
        return answering.streamed(queries.exported(export), export.form)
