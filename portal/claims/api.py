"""Claiming over the API, and letting go."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import Team
from portal.api import Asking, Named
from portal.catalog import queries as catalog
from portal.catalog.api import ComponentOut
from portal.claims import operations


class ClaimIn(serializers.Serializer):
    """Which team answers from now on."""

    team = Named("team", Team.objects.all())


class LetGoIn(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class Claim(Asking):
    """A component that was seen and that nobody answers for."""

    @extend_schema(request=ClaimIn, responses=ComponentOut, operation_id="components_claim")
    def post(self, request: Request, name: str) -> Response:
        """Your team answers for it from now on, and only its tokens send its telemetry."""
        component = operations.claim(
            component=catalog.component(name), **self.given(ClaimIn), by=self.by, now=timezone.now()
        )
        return Response(ComponentOut(component).data)


class LetGo(Asking):
    """A component that was claimed."""

    @extend_schema(request=LetGoIn, responses=ComponentOut, operation_id="components_let_go")
    def post(self, request: Request, name: str) -> Response:
        """Undo a claim: nobody answers for it again, until someone claims it."""
        component = operations.let_go(
            component=catalog.component(name), **self.given(LetGoIn), by=self.by, now=timezone.now()
        )
        return Response(ComponentOut(component).data)
