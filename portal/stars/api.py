"""What one has pinned, over the API: the same rail as on pages, of whoever asks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import User
from portal.api import Asking
from portal.stars import operations, queries
from portal.stars.kinds import KINDS


class StarIn(serializers.Serializer):
    """A thing by its kind and its name."""

    kind = serializers.CharField(max_length=20, help_text=f"One of: {', '.join(KINDS)}.")
    name = serializers.CharField(max_length=100)


class StarStandingOut(serializers.Serializer):
    """How a component does, in a word or two."""

    tone = serializers.CharField()
    words = serializers.CharField()


class StarOut(serializers.Serializer):
    """A pinned thing; `standing` is null for what is no component."""

    kind = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Its page.")
    standing = StarStandingOut(allow_null=True)


class Stars(Asking):
    """What you have pinned."""

    @extend_schema(responses=StarOut(many=True))
    def get(self, request: Request) -> Response:
        """Those that are still there, in the order in which they were pinned."""
        return Response(_pinned(self.by))

    @extend_schema(request=StarIn, responses={201: StarOut(many=True)})
    def post(self, request: Request) -> Response:
        """Pin a component, a client or a team, at the end. Pinning it twice is pinning it once."""
        who = operations.pin(who=self.by, **self.given(StarIn))
        return Response(_pinned(who), status=status.HTTP_201_CREATED)


class Star(Asking):
    """A thing that you have pinned."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, kind: str, name: str) -> Response:
        """Take it out; what is not pinned stays so."""
        operations.take_out(who=self.by, kind=kind, name=name)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _pinned(who: User) -> list[dict[str, Any]]:
    rows = [
        {"kind": one.kind, "name": one.name, "url": one.url, "standing": standing}
        for one, standing in queries.rows(who, timezone.now())
    ]
    return list(StarOut(rows, many=True).data)
