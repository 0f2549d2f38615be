"""Where one is signed in, over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.api import Asking
from portal.rows import found
from portal.sessions import operations, queries
from portal.sessions.models import Session


class SessionOut(serializers.ModelSerializer):
    class Meta:
        model = Session
        fields = ("id", "browser", "address", "began_at", "seen_at", "expires_at")


class Sessions(Asking, mixins.ListModelMixin, GenericViewSet):
    """The browsers in which you are signed in."""

    queryset = Session.objects.none()
    serializer_class = SessionOut

    def get_queryset(self) -> Any:
        return queries.sessions_of(self.by, timezone.now())

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Sign one browser out, with its next request."""
        session = found(queries.sessions_of(self.by, timezone.now()), "session", pk=pk)
        operations.end(session=session, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
