"""The matrix over the API: which version is where, and how far places lie apart."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.matrix import queries
from deployments.matrix.queries import EVERYTHING, SHOWS, SIZE, Cell, Row, Wanted
from portal.api import Asking


class MatrixAsked(serializers.Serializer):
    """What narrows it down; without `show` it is what is live somewhere."""

    q = serializers.CharField(required=False, default="", max_length=200)
    team = serializers.CharField(required=False, default="")
    kind = serializers.CharField(required=False, default="")
    show = serializers.ChoiceField(choices=[*SHOWS, EVERYTHING], required=False, default="")
    after = serializers.CharField(required=False, default="", help_text="Of `next`.")
    limit = serializers.IntegerField(required=False, default=SIZE, min_value=1, max_value=200)


class MatrixGapOut(serializers.Serializer):
    """How it stands to the place before it; below zero it serves an older version."""

    before = serializers.CharField()
    number = serializers.IntegerField(help_text="The version that the place before serves.")
    steps = serializers.IntegerField(allow_null=True, help_text="null: nothing is served here.")
    may_follow = serializers.BooleanField()


class MatrixOutsideOut(serializers.Serializer):
    """What serves by the word of others."""

    release = serializers.CharField(help_text="As they call it; empty where they do not.")
    told_by = serializers.CharField(source="source", help_text="Its source, with its kind.")
    since_at = serializers.DateTimeField(source="reached")
    url = serializers.CharField()


class MatrixCellOut(serializers.Serializer):
    """A component in an environment: null where nothing is served, or nothing is under way."""

    environment = serializers.CharField(source="place.environment.name")
    release = serializers.SerializerMethodField()
    configuration = serializers.SerializerMethodField()
    since_at = serializers.SerializerMethodField()
    deployment = serializers.SerializerMethodField(help_text="The number of what is under way.")
    is_rejected = serializers.SerializerMethodField()
    is_held = serializers.SerializerMethodField()
    state = serializers.CharField(source="standing.label", help_text="In words, for people.")
    why = serializers.CharField(source="standing.why")
    gap = MatrixGapOut(allow_null=True)
    outside = MatrixOutsideOut(
        source="place.told",
        allow_null=True,
        help_text="What was deployed from outside, where nothing of ours is.",
    )

    def get_release(self, cell: Cell) -> int | None:
        return cell.place.live.release.number if cell.place.live else None

    def get_configuration(self, cell: Cell) -> int | None:
        return cell.place.live.configuration.number if cell.place.live else None

    def get_since_at(self, cell: Cell) -> str | None:
        live = cell.place.live
        return serializers.DateTimeField().to_representation(live.since_at) if live else None

    def get_deployment(self, cell: Cell) -> int | None:
        return cell.place.deployment.number if cell.place.deployment else None

    def get_is_rejected(self, cell: Cell) -> bool:
        return cell.place.rejection is not None

    def get_is_held(self, cell: Cell) -> bool:
        return cell.place.hold is not None


class MatrixRowOut(serializers.Serializer):
    component = serializers.CharField(source="component.name")
    team = serializers.CharField(source="component.team.name")
    kind = serializers.CharField(source="component.kind")
    places = serializers.SerializerMethodField()

    @extend_schema_field(MatrixCellOut(many=True))
    def get_places(self, row: Row) -> Any:
        return MatrixCellOut(row.cells, many=True).data


class MatrixOut(serializers.Serializer):
    """Components by name, a page at a time; `environments` in the order of promotion."""

    environments = serializers.ListField(child=serializers.CharField())
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = MatrixRowOut(many=True)


class Matrix(Asking):
    """Components down, environments across."""

    @extend_schema(parameters=[MatrixAsked], responses=MatrixOut, operation_id="deployments_matrix")
    def get(self, request: Request) -> Response:
        """Which version of each component is where, and what may go on from there."""
        given = self.asked(MatrixAsked)
        wanted = Wanted(given["q"], given["team"], given["kind"], given["show"])
        page = queries.page(wanted, timezone.now(), after=given["after"], size=given["limit"])
        following = request.query_params.copy()
        following["after"] = page.more
        url = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        return Response(
            {
                "environments": [place.name for place in page.environments],
                "next": url if page.more else None,
                "previous": None,
                "results": MatrixRowOut(page.rows, many=True).data,
            }
        )
