"""The service map over the API: its edges, with what went along them."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.known_names import refuse_unknown
from observability.servicemap import asking, mapped
from observability.servicemap.asking import DEEPEST, SORTS, WAYS, WINDOWS, Asked
from observability.servicemap.mapped import Edge
from observability.servicemap.peers import Node
from observability.servicemap.queries import PAGE, Map
from portal.api import Asking
from portal.cursors import Following


class MapAsked(serializers.Serializer):
    """What narrows the map down. Without a time it is the last day."""

    around = serializers.CharField(
        required=False, default="", max_length=140, help_text="A component, or queue:runs."
    )
    depth = serializers.IntegerField(required=False, default=1, min_value=1, max_value=DEEPEST)
    time = serializers.ChoiceField(choices=list(WINDOWS), required=False, default=asking.USUAL)
    environment = serializers.CharField(required=False, default="")
    way = serializers.ChoiceField(
        choices=[way for way in WAYS if way],
        required=False,
        default="",
        help_text="both: declared and seen; declared: not seen; seen: not declared.",
    )
    sort = serializers.ChoiceField(choices=list(SORTS), required=False, default="calls")
    after = Following(mapped.cursor)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=200)


class EndOut(serializers.Serializer):
    """A thing on the map: component, database, queue, host or other."""

    kind = serializers.CharField()
    name = serializers.CharField()

    def to_representation(self, node: Node) -> dict[str, str]:
        return {"kind": node[0], "name": node[1]}


class EdgeOut(serializers.Serializer):
    """Calls from one thing to another. Durations in seconds; traces are examples."""

    caller = EndOut()
    callee = EndOut()
    way = serializers.ChoiceField(choices=[way for way in WAYS if way])
    calls = serializers.IntegerField()
    failed = serializers.IntegerField(source="errors")
    per_second = serializers.SerializerMethodField()
    mean = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)
    last_seen_at = serializers.DateTimeField(allow_null=True)
    trace_id = serializers.CharField()
    failed_trace_id = serializers.CharField()

    def get_per_second(self, edge: Edge) -> float:
        return float(edge.calls / self.context["seconds"])


class MapOut(serializers.Serializer):
    """Edges of the time since `since`, a page at a time."""

    since = serializers.DateTimeField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    is_cut = serializers.BooleanField(
        help_text="There are more edges than are looked at: ask for an environment, or around one."
    )
    results = EdgeOut(many=True)


class ServiceMap(Asking):
    """Who calls whom: as spans show it, and as teams declare it."""

    @extend_schema(parameters=[MapAsked], responses=MapOut, operation_id="service_map_list")
    def get(self, request: Request) -> Response:
        """The edges of the map, or of what lies so many steps around one thing."""
        given = self.asked(MapAsked)
        asked = Asked(
            around=given["around"],
            depth=given["depth"],
            window=given["time"],
            environment=given["environment"],
            way=given["way"],
            sort=given["sort"],
        )
        found = Map(asked, self.by, timezone.now())
        page = found.rows(given["after"], given["limit"])
        is_named = not page.edges and ":" not in asked.around  # queue:runs is in no catalog
        is_quiet = not any(edge.calls for edge in page.edges)  # what is declared is so everywhere
        refuse_unknown(
            component=asked.around if is_named else "",
            environment=asked.environment if is_quiet else "",
        )
        following = request.query_params.copy()
        following["after"] = page.more
        url = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        return Response(
            {
                "since": found.since,
                "next": url if page.more else None,
                "previous": None,
                "is_cut": found.is_cut,
                "results": EdgeOut(page.edges, many=True, context={"seconds": found.seconds}).data,
            }
        )
