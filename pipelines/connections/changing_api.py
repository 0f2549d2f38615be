"""Calling sources, clients and destinations otherwise over the API, and taking them away."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from pipelines.connections import change_operations, operations
from portal.api import Nouns


class DestinationChange(serializers.Serializer):
    """As far as given."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ConnectionChange(DestinationChange):
    """As far as given."""

    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class ClientChange(ConnectionChange):
    """As far as given."""

    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ChangingConnections(Nouns):
    """What can be changed of a source."""

    facts = staticmethod(change_operations.facts_of)

    @extend_schema(request=ConnectionChange)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise, or say anew what it has: as far as given."""
        change_operations.change_connection(
            thing=self.get_object(),
            **self.given(ConnectionChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(self.get_object())


class ChangingClients(Nouns):
    """What can be changed of a client, and taking it away."""

    facts = staticmethod(change_operations.facts_of)

    @extend_schema(request=ClientChange)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise, or say anew whom to ask there: as far as given."""
        change_operations.change_client(
            thing=self.get_object(),
            **self.given(ClientChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(self.get_object())

    def destroy(self, request: Request, name: str) -> Response:
        """Take away a client that nothing was made for yet; who was sent something stays."""
        operations.remove_client(
            thing=self.get_object(), seen=self.seen, by=self.by, now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangingDestinations(Nouns):
    """What can be changed of a destination, and taking it away."""

    facts = staticmethod(change_operations.facts_of)

    @extend_schema(request=DestinationChange)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise: as far as given."""
        change_operations.change_destination(
            thing=self.get_object(),
            **self.given(DestinationChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(self.get_object())

    def destroy(self, request: Request, name: str) -> Response:
        """Take away a place to which nothing was ever sent."""
        operations.remove_destination(
            thing=self.get_object(), seen=self.seen, by=self.by, now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
