"""Deliveries over the API: look, deliver again."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from pipelines.connections.models import Client, Destination
from pipelines.deliveries import operations, queries
from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.transformations.models import Transformation
from portal.api import Nouns
from portal.filters import AnyOf, ByName, Since, Until, identities


class DeliveryAttemptOut(serializers.ModelSerializer):
    class Meta:
        model = DeliveryAttempt
        fields = (
            "number",
            "state",
            "message",
            "worker",
            "started_at",
            "left_at",
            "finished_at",
            "status_code",
            "answered_in",
            "excerpt",
        )


class DeliveryOut(serializers.ModelSerializer):
    """A delivery: its state, where it went, and where it comes from."""

    run = serializers.UUIDField(source="run_id")
    client = serializers.CharField(source="client.name")
    destination = serializers.CharField(source="destination.name")
    attempts = DeliveryAttemptOut(many=True)
    replaced_by = serializers.IntegerField(
        source="replaced_by.number", default=None, allow_null=True
    )
    location = serializers.CharField(source="where", read_only=True)
    provenance = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = (
            "id",
            "number",
            "run",
            "name",
            "revision",
            "client",
            "destination",
            "format",
            "path",
            "mode",
            "state",
            "message",
            "attempts",
            "location",
            "rows",
            "bytes",
            "checksum",
            "reason",
            "created_at",
            "delivered_at",
            "replaced_by",
            "provenance",
        )

    def get_provenance(self, delivery: Delivery) -> dict[str, Any]:
        """Version, release, deployment, the query's digest and the trace."""
        release = delivery.release
        return {
            "version": release.number,
            "release": str(release.pk),
            "deployment": str(delivery.deployment_id),
            "query": release.digest,
            "result": delivery.result_checksum,
            "trace_id": delivery.trace_id,
        }


class DeliverAgainIn(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class CancelDeliveryIn(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class AtDestination(ByName):
    """By its client, too: what clients were sent is indexed, and a destination keeps its client."""

    def filter(self, qs: QuerySet[Delivery], value: str) -> QuerySet[Delivery]:
        found = super().filter(qs, value)
        if not value:
            return found
        return found.filter(client__in=identities(Client.objects.all(), destinations__name=value))


class DeliveryFilter(django_filters.FilterSet):
    run = django_filters.UUIDFilter("run_id")
    client = ByName("client", Client.objects.all())
    destination = AtDestination("destination", Destination.objects.all())
    environment = ByName("environment", Environment.objects.all())
    transformation = ByName("transformation", Transformation.objects.all(), by="component__name")
    component = ByName("transformation", Transformation.objects.all(), by="component__name")
    state = AnyOf(choices=Delivery.State.choices)
    since, until = Since(), Until()

    class Meta:
        model = Delivery
        fields: list[str] = []


class Deliveries(Nouns):
    """What was sent to whom, and by which version."""

    noun = "delivery"
    queryset = queries.deliveries()
    serializer_class = DeliveryOut
    filterset_class = DeliveryFilter

    @extend_schema(request=DeliverAgainIn, responses={201: DeliveryOut})
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: str) -> Response:
        """Send the same result once more, as a new revision."""
        fresh = operations.again(
            delivery=self.get_object(), by=self.by, now=timezone.now(), **self.given(DeliverAgainIn)
        )
        return self.shown(fresh, status.HTTP_201_CREATED)

    @extend_schema(request=CancelDeliveryIn, responses=DeliveryOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Not sent after all; only while it waits."""
        given = self.given(CancelDeliveryIn)
        cancelled = operations.cancel(
            delivery=self.get_object(), by=self.by, now=timezone.now(), **given
        )
        return self.shown(cancelled)
