"""Rights over the API: what a person may do on a thing, and who may do something to it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts import queries as accounts
from portal.api import Asking
from portal.rights import queries


class AboutIn(serializers.Serializer):
    kind = serializers.CharField(help_text="component, team, connection, client, …")
    name = serializers.CharField(default="", allow_blank=True)
    environment = serializers.CharField(default="", allow_blank=True)


class RightsIn(AboutIn):
    user = serializers.CharField()


class HoldersIn(AboutIn):
    verb = serializers.CharField()


class RightOut(serializers.Serializer):
    """One right: by which rule, and which rows give it or are missing."""

    verb = serializers.CharField()
    words = serializers.CharField(source="label")
    is_allowed = serializers.BooleanField()
    rule = serializers.CharField()
    because = serializers.CharField()
    limit = serializers.CharField()


class HolderOut(serializers.Serializer):
    user = serializers.CharField(source="person.username")
    because = serializers.CharField()


class HoldersOut(serializers.Serializer):
    """`is_everyone`: all who are signed in; then nobody is named."""

    rule = serializers.CharField(source="answer")
    is_everyone = serializers.BooleanField()
    people = HolderOut(many=True)


class Rights(Asking):
    """What a person may do on a thing."""

    @extend_schema(
        parameters=[RightsIn], responses=RightOut(many=True), operation_id="rights_of_person"
    )
    def get(self, request: Request) -> Response:
        """Each right, yes or no, with the rule and the rows that give it."""
        asked = self.asked(RightsIn)
        kind = queries.kind(asked["kind"])
        about = queries.thing(kind, asked["name"], asked["environment"])
        answers = queries.of_person(accounts.person(asked["user"]), kind, about)
        return Response(RightOut(answers, many=True).data)


class WhoMay(Asking):
    """Who may do something to a thing."""

    @extend_schema(parameters=[HoldersIn], responses=HoldersOut, operation_id="rights_who_may")
    def get(self, request: Request) -> Response:
        """Everyone who may, each with why."""
        asked = self.asked(HoldersIn)
        kind = queries.kind(asked["kind"])
        about = queries.thing(kind, asked["name"], asked["environment"])
        return Response(HoldersOut(queries.holders(asked["verb"], kind, about)).data)
