"""Calling sources, clients and destinations otherwise over the API, and taking them away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


class _Changing(Nouns):
    """One call into the domain for each of these: with what was seen, and by whom."""

    facts = staticmethod(change_operations.facts_of)

    def changed(self, change: Callable[..., object], shape: type[DestinationChange]) -> Response:
        change(thing=self.get_object(), **self.given(shape), **self._asked())
        return self.shown(self.get_object())

    def removed(self, remove: Callable[..., None]) -> Response:
        remove(thing=self.get_object(), **self._asked())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _asked(self) -> dict[str, Any]:
        return {"seen": self.seen, "by": self.by, "now": timezone.now()}


class ChangingConnections(_Changing):
    """What can be changed of a source."""

    @extend_schema(request=ConnectionChange)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise, or say anew what it has: as far as given."""
        return self.changed(change_operations.change_connection, ConnectionChange)


class ChangingClients(_Changing):
    """What can be changed of a client, and taking it away."""

    @extend_schema(request=ClientChange)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise, or say anew whom to ask there: as far as given."""
        return self.changed(change_operations.change_client, ClientChange)

    def destroy(self, request: Request, name: str) -> Response:
        """Take away a client that nothing was made for yet; who was sent something stays."""
        return self.removed(operations.remove_client)


class ChangingDestinations(_Changing):
    """What can be changed of a destination, and taking it away."""

    @extend_schema(request=DestinationChange)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise: as far as given."""
        return self.changed(change_operations.change_destination, DestinationChange)

    def destroy(self, request: Request, name: str) -> Response:
        """Take away a place to which nothing was ever sent."""
        return self.removed(operations.remove_destination)
