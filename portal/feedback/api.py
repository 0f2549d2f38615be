"""Feedback over the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Nouns
from portal.feedback import operations, queries
from portal.feedback.models import Feedback


class FeedbackOut(serializers.ModelSerializer):
    author = serializers.CharField(source="author.username")
    handled_by = serializers.CharField(source="handled_by.username", default=None, allow_null=True)

    class Meta:
        model = Feedback
        fields = (
            *("id", "page", "thumb", "sentence", "author", "release", "given_at"),
            *("handled_at", "handled_by", "answer"),
        )


class FeedbackIn(serializers.Serializer):
    thumb = serializers.ChoiceField(Feedback.Thumb.choices)
    sentence = serializers.CharField(max_length=operations.LONGEST, default="", allow_blank=True)
    page = serializers.CharField(
        max_length=80,
        default="",
        allow_blank=True,
        help_text="The name of its address, such as pipelines:run-detail.",
    )


class AnswerIn(serializers.Serializer):
    answer = serializers.CharField(max_length=operations.LONGEST, default="", allow_blank=True)


class FeedbackFilter(django_filters.FilterSet):
    """The same words as on the page."""

    thumb = django_filters.ChoiceFilter(choices=Feedback.Thumb.choices)
    page = django_filters.CharFilter()
    is_open = django_filters.BooleanFilter("handled_at", "isnull")

    class Meta:
        model = Feedback
        fields: tuple[str, ...] = ()


class FeedbackNoun(Nouns):
    """What people say about pages: one's own, and all of it for the platform team."""

    noun = "feedback"
    queryset = Feedback.objects.none()
    serializer_class = FeedbackOut
    filterset_class = FeedbackFilter

    def get_queryset(self) -> Any:
        return queries.feedback(self.by)

    @extend_schema(request=FeedbackIn, responses={201: FeedbackOut})
    def create(self, request: Request) -> Response:
        """Say whether a page helped."""
        given = operations.give(author=self.by, now=timezone.now(), **self.given(FeedbackIn))
        return self.shown(given, status.HTTP_201_CREATED)

    @extend_schema(request=AnswerIn, responses=FeedbackOut)
    @action(detail=True, methods=["post"])
    def handle(self, request: Request, pk: str) -> Response:
        """Put it aside as dealt with; an answer reaches who gave it."""
        handled = operations.handle(
            feedback=self.get_object(), by=self.by, now=timezone.now(), **self.given(AnswerIn)
        )
        return self.shown(handled)
