"""What a component depends on, declared over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking
from portal.catalog import queries as catalog
from portal.catalog.api import DependencyOut
from portal.declarations import operations
from portal.declarations.operations import KINDS, LONGEST


class DependencyIn(serializers.Serializer):
    """The other end; `takes` where messages are taken out of a queue."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    name = serializers.CharField(max_length=LONGEST)
    takes = serializers.BooleanField(default=False)


class Declare(Asking):
    """What a component calls."""

    @extend_schema(
        request=DependencyIn, responses={201: DependencyOut}, operation_id="components_declare"
    )
    def post(self, request: Request, name: str) -> Response:
        """It depends on this, as its team says."""
        made = operations.declare(**self._given(name), by=self.by, now=timezone.now())
        return Response(DependencyOut(made).data, status.HTTP_201_CREATED)

    def _given(self, name: str) -> dict[str, Any]:
        return {"component": catalog.component(name), **self.given(DependencyIn)}


class TakeBack(Declare):
    """What a component does not call, or no longer."""

    @extend_schema(request=DependencyIn, responses={204: None}, operation_id="components_undeclare")
    def post(self, request: Request, name: str) -> Response:
        """Its team takes back that it depends on this."""
        operations.take_back(**self._given(name), by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
