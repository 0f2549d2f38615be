"""The portal's own objectives over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.objectives import queries
from portal.accounts import access
from portal.api import Asking


class ObjectiveStandingOut(serializers.Serializer):
    """`share` and `budget_left` are null where nothing was measured."""

    days = serializers.IntegerField()
    good = serializers.IntegerField()
    total = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    budget_left = serializers.FloatField(allow_null=True)


class ObjectiveOut(serializers.Serializer):
    key = serializers.CharField()
    promise = serializers.CharField()
    target = serializers.FloatField()
    standings = ObjectiveStandingOut(many=True)


class Objectives(Asking):
    """What the portal promises of itself."""

    @extend_schema(responses=ObjectiveOut(many=True), operation_id="objectives")
    def get(self, request: Request) -> Response:
        """Each promise over 7 and 30 days, and what is left of its budget."""
        access.require(self.by, "objective.read")
        told = [
            {
                "key": one.objective.key,
                "promise": one.objective.promise,
                "target": one.objective.target,
                "standings": [
                    {
                        "days": days,
                        "good": standing.counted.good,
                        "total": standing.counted.total,
                        "share": standing.share,
                        "budget_left": standing.left,
                    }
                    for days, standing in one.standings
                ],
            }
            for one in queries.kept(timezone.now())
        ]
        return Response(ObjectiveOut(told, many=True).data)
