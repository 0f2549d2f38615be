"""Where teams read together, and what could not be sent, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts import access
from portal.accounts.models import Team
from portal.api import Named, Nouns
from portal.filters import ByName
from portal.notifications import operations, queries
from portal.notifications.models import Channel, Kind, Message
from portal.notifications.operations.connecting import USUAL


class ChannelOut(serializers.ModelSerializer):
    """Where a team reads together. Its address never comes out again."""

    team = serializers.CharField(source="team.name")
    created_by = serializers.CharField(source="created_by.username")

    class Meta:
        model = Channel
        fields = ("id", "team", "title", "service", "host", "created_by", "created_at")


class ChannelIn(serializers.Serializer):
    team = Named("team", Team.objects.all())
    address = serializers.CharField(
        max_length=600,
        help_text="An incoming webhook, or an address of apprise such as mmosts://host/token.",
    )
    title = serializers.CharField(max_length=80, default="", allow_blank=True)
    kinds = serializers.ListField(child=serializers.ChoiceField(Kind.choices), default=list(USUAL))


class MessageOut(serializers.ModelSerializer):
    """A message on its way. `message` says why it stands where it stands."""

    user = serializers.CharField(source="user.username", default=None, allow_null=True)

    class Meta:
        model = Message
        fields = (
            *("id", "medium", "purpose", "user", "channel", "matter", "state", "message"),
            *("tries", "next_at", "created_at", "sent_at"),
        )


class ChannelFilter(django_filters.FilterSet):
    team = ByName("team", Team.objects.all())

    class Meta:
        model = Channel
        fields: list[str] = []


class Channels(Nouns):
    """Where teams read together what happens to their components."""

    noun = "channel"
    queryset = queries.channels()
    serializer_class = ChannelOut
    filterset_class = ChannelFilter

    @extend_schema(request=ChannelIn, responses={201: ChannelOut})
    def create(self, request: Request) -> Response:
        """Connect one for a team that you maintain."""
        channel = operations.add_channel(by=self.by, now=timezone.now(), **self.given(ChannelIn))
        return self.shown(channel, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Tell nothing there any more; the address is forgotten."""
        operations.remove_channel(channel=self.get_object(), by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={202: MessageOut})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send a test message; ask for it again to see what became of it."""
        message = operations.test_channel(channel=self.get_object(), by=self.by, now=timezone.now())
        return Response(MessageOut(message).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=MessageOut)
    @action(detail=True, url_path="tests/(?P<message>[0-9a-f-]{36})")
    def tested(self, request: Request, pk: str, message: str) -> Response:
        """What became of a test message."""
        test = queries.test_message(self.get_object(), UUID(message))
        return Response(MessageOut(test).data)


class MessageFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Message.State.choices)

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()


class Outbox(Nouns):
    """Messages for outside, for the platform team: what was given up, what is on its way."""

    noun = "message"
    queryset = Message.objects.none()
    serializer_class = MessageOut
    filterset_class = MessageFilter

    def get_queryset(self) -> Any:
        access.require(self.by, "notification.outbox")
        return Message.objects.select_related("user")

    @extend_schema(request=None, responses=MessageOut)
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: str) -> Response:
        """Try a message again that was given up."""
        return self.shown(
            operations.send_again(message=self.get_object(), by=self.by, now=timezone.now())
        )
