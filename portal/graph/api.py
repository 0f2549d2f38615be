"""The graph of dependencies over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking
from portal.graph import queries
from portal.graph.queries import DEEPEST, DOWN, UP, Wanted
from portal.graph.telling import as_json
from portal.graph.things import KINDS


class GraphAsked(serializers.Serializer):
    """Around a thing so many steps, or what a team's components are tied to; else all of them."""

    around = serializers.CharField(
        required=False,
        default="",
        max_length=140,
        help_text=f"A component, or kind:name ({', '.join(KINDS)}).",
    )
    depth = serializers.IntegerField(required=False, default=2, min_value=1, max_value=DEEPEST)
    way = serializers.ChoiceField(
        choices=[UP, DOWN],
        required=False,
        default="",
        help_text="up: what it needs; down: who needs it.",
    )
    team = serializers.CharField(required=False, default="")
    destinations = serializers.BooleanField(required=False, default=False)


class GraphThingOut(serializers.Serializer):
    id = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # REST framework's is another
    team = serializers.CharField()
    tone = serializers.CharField()
    state = serializers.CharField()
    url = serializers.CharField()


class GraphEdgeOut(serializers.Serializer):
    """The way data go, by the identities of things."""

    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    how = serializers.CharField(help_text="declared, seen, or both.")


class GraphOut(serializers.Serializer):
    """As much as one picture holds; `left_out` is how many things more are known of."""

    center = serializers.CharField(allow_null=True)
    left_out = serializers.IntegerField()
    things = GraphThingOut(many=True)
    edges = GraphEdgeOut(many=True)


class CatalogGraph(Asking):
    """What depends on what."""

    @extend_schema(parameters=[GraphAsked], responses=GraphOut, operation_id="catalog_graph")
    def get(self, request: Request) -> Response:
        """The things and edges that are asked for, as far as you may see them."""
        given = self.asked(GraphAsked)
        wanted = Wanted(
            center=queries.key(given["around"]),
            depth=given["depth"],
            way=given["way"],
            team=given["team"],
            has_destinations=given["destinations"],
        )
        return Response(as_json(queries.graph(wanted, by=self.by, now=timezone.now())))
