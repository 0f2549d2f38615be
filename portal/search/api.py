"""The search over the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking
from portal.search import direct, queries, words
from portal.search.models import Kind


class SearchIn(serializers.Serializer):
    q = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=words.LONGEST,
        help_text="Beginnings of words; column:carrier, reads:flights, #12, run 12, carrier v3.",
    )
    kind = serializers.ChoiceField(choices=Kind.choices, default="", allow_blank=True)
    team = serializers.CharField(default="", allow_blank=True, max_length=60)
    limit = serializers.IntegerField(default=queries.PAGE, min_value=1, max_value=100)


class HitOut(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField(help_text="What it is, in a few words.")
    why = serializers.CharField(help_text="What of it fits where its name does not.")
    team = serializers.CharField()
    url = serializers.CharField()


class CountOut(serializers.Serializer):
    value = serializers.CharField()
    number = serializers.IntegerField()


class AnswerOut(serializers.Serializer):
    mended = serializers.CharField(help_text="What was searched for instead, where a slip was.")
    total = serializers.IntegerField()
    is_cut = serializers.BooleanField(help_text="More fit: the numbers are “at least”.")
    kinds = CountOut(many=True)
    teams = CountOut(many=True)
    results = HitOut(many=True, source="hits")


class Search(Asking):
    """Things by their names and by what is in them."""

    @extend_schema(operation_id="search", parameters=[SearchIn], responses=AnswerOut)
    def get(self, request: Request) -> Response:
        """What fits, the best first."""
        given = self.asked(SearchIn)
        asked = words.asked(given["q"], kind=given["kind"], team=given["team"])
        named, answer = direct.find(asked, self.by, size=given["limit"])
        shown = AnswerOut(answer).data
        results = HitOut([*named, *answer.hits], many=True).data
        return Response({**shown, "results": results})
