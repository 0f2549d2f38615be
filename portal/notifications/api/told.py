"""What one was told, over the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Nouns
from portal.notifications import operations, queries
from portal.notifications.models import Kind, Notice


class NoticeOut(serializers.ModelSerializer):
    """One thing that you were told. While `is_open` it still goes on."""

    title = serializers.CharField(source="matter.title")
    text = serializers.CharField(source="matter.story")
    link = serializers.CharField(source="matter.link")
    component = serializers.CharField(source="matter.component.name", default=None, allow_null=True)
    environment = serializers.CharField(source="matter.environment")
    is_open = serializers.BooleanField(source="matter.is_open")
    times = serializers.IntegerField(source="matter.times")
    since_at = serializers.DateTimeField(source="matter.since_at")
    over_at = serializers.DateTimeField(source="matter.over_at", allow_null=True)

    class Meta:
        model = Notice
        fields = (
            *("id", "kind", "title", "text", "link", "component", "environment", "is_open"),
            *("times", "since_at", "over_at", "because", "at", "read_at"),
        )


class NoticeFilter(django_filters.FilterSet):
    """The same words as on the page."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    is_unread = django_filters.BooleanFilter("read_at", "isnull")

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()


class UntilIn(serializers.Serializer):
    until = serializers.DateTimeField(
        default=None, help_text="What came later stays unread; by default nothing does."
    )


class ReadOut(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many were unread before.")


class Notices(Nouns):
    """What you were told, newest first."""

    noun = "notification"
    queryset = Notice.objects.none()
    serializer_class = NoticeOut
    filterset_class = NoticeFilter
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        return queries.notices(self.by)

    @extend_schema(request=None, responses=NoticeOut)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """You have seen it."""
        notice = operations.mark_read(notice=self.get_object(), user=self.by, now=timezone.now())
        return self.shown(notice)

    @extend_schema(request=UntilIn, responses=ReadOut, operation_id="notifications_read_all")
    @action(detail=False, methods=["post"], url_path="read")
    def read_all(self, request: Request) -> Response:
        """You have seen everything, or everything that had come by then."""
        count = operations.mark_all_read(user=self.by, now=timezone.now(), **self.given(UntilIn))
        return Response({"read": count})
