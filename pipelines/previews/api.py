"""Previews over the API: rehearse a draft or a file, look how far it is, cancel it, see rows."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from pipelines.drafts import operations as drafts
from pipelines.drafts import queries as drafts_of
from pipelines.previews import limits, operations, queries
from pipelines.previews.models import Preview
from portal.api import Named, Nouns
from portal.errors import NotAllowed, NotFound, Refused
from portal.rows import found


class PreviewOut(serializers.ModelSerializer):
    """A preview: how far it is, and what the result is like. Rows are asked for by themselves."""

    team = serializers.CharField(source="team.name")
    environment = serializers.CharField(source="environment.name")
    draft = serializers.UUIDField(source="draft_id", allow_null=True)
    requested_by = serializers.CharField(source="requested_by.username")
    seconds = serializers.FloatField(source="ran_for", allow_null=True)
    is_judged = serializers.BooleanField(
        help_text="No: nothing came of the first rows that were read, so that a check which passed "
        "says nothing."
    )

    class Meta:
        model = Preview
        fields = (
            *("id", "draft", "revision", "team", "environment", "state", "stage", "message"),
            *("failure", "line", "column", "parameters", "most_rows", "portions", "columns"),
            *(
                "keys",
                "complaints",
                "checks",
                "is_judged",
                "rows",
                "bytes",
                "seconds",
                "requested_by",
            ),
            *("requested_at", "started_at", "finished_at", "expires_at", "trace_id"),
        )


class OriginOut(serializers.Serializer):
    """A column of an input; where `column` is empty, its rows as such, as they are counted."""

    input = serializers.CharField()
    column = serializers.CharField(allow_blank=True)


class LineageOut(serializers.Serializer):
    """What a column of the result is made of: null where the query does not tell."""

    column = serializers.CharField()
    made_of = OriginOut(many=True, allow_null=True)


class PreviewIn(serializers.Serializer):
    """A draft by its id, or a file; the first environment in which all inputs can be read."""

    draft = serializers.UUIDField(required=False)
    file = serializers.CharField(required=False, default="", trim_whitespace=False)
    environment = Named("environment", Environment.objects.all(), required=False, default=None)
    parameters = serializers.DictField(required=False, default=dict)
    rows = serializers.IntegerField(
        required=False,
        default=limits.MOST_ROWS,
        min_value=1,
        max_value=limits.MOST_ROWS,
        help_text="How many rows of each input are read at most.",
    )


class RowsOut(serializers.Serializer):
    columns = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.ListField())


class RowsAgainstOut(serializers.Serializer):
    """A check that failed: how many rows are against it, and the first of them, at most 20."""

    check = serializers.CharField()
    count = serializers.IntegerField()
    columns = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.ListField())


class Previews(Nouns):
    """Queries rehearsed on the first rows of their inputs; nothing is delivered."""

    noun = "preview"
    queryset = queries.previews()
    serializer_class = PreviewOut

    @extend_schema(request=PreviewIn, responses={201: PreviewOut})
    def create(self, request: Request) -> Response:
        """Start one; look at it until its state is no longer queued or running."""
        given = self.given(PreviewIn)
        pk, file = given.pop("draft", None), given.pop("file")
        if bool(pk) == bool(file):
            raise Refused("Name a draft, or send a file.", field="draft")
        if pk:
            draft = found(drafts_of.drafts(), "draft", pk=pk)
        else:
            draft = drafts.unsaved(file=file, who=self.by)
        preview = drafts.preview(
            draft=draft,
            environment=given["environment"],
            parameters=given["parameters"],
            most_rows=given["rows"],
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(queries.preview(preview.pk), status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=PreviewOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop a preview that waits or runs."""
        done = operations.cancel(preview=self.get_object(), by=self.by, now=timezone.now())
        return self.shown(done)

    @extend_schema(responses=RowsOut)
    @action(detail=True, methods=["get"], pagination_class=None)
    def rows(self, request: Request, pk: str) -> Response:
        """The first rows of the result, for those who may see rows."""
        preview: Preview = self.get_object()
        seen = self._seen(preview)
        columns: list[dict[str, Any]] = [
            {"name": column["name"], "type": column["type"]} for column in preview.columns
        ]
        return Response({"columns": columns, "rows": seen.rows})

    @extend_schema(responses=RowsAgainstOut(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="check-rows", pagination_class=None)
    def check_rows(self, request: Request, pk: str) -> Response:
        """The first rows against each check that failed, for those who may see rows."""
        return Response(RowsAgainstOut(self._seen(self.get_object()).against, many=True).data)

    def _seen(self, preview: Preview) -> queries.Rows:
        seen = queries.rows_of(preview, self.by)
        if seen.refusal:
            raise NotAllowed(f"You may not see rows of this preview. {seen.refusal}")
        if seen.is_gone:
            raise NotFound("This preview has no rows (yet, or any more).")
        return seen

    @extend_schema(responses=LineageOut(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def lineage(self, request: Request, pk: str) -> Response:
        """What each column of the result is made of; nothing where no result is kept."""
        return Response(LineageOut(queries.lineage_of(self.get_object()), many=True).data)
