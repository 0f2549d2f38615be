"""Services that were seen, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers

from observability.senders import queries
from observability.senders.models import Service
from portal.api import Asking


class ServiceOut(serializers.ModelSerializer):
    """A name under which telemetry comes, and who sends it."""

    sender = serializers.CharField(
        source="sender.username", default=None, help_text="Null where all of it was refused."
    )
    refused_sender = serializers.CharField(
        source="refused_sender.username", default=None, allow_null=True
    )

    component = serializers.CharField(
        source="component_name",
        help_text="What its component is called: a slug that says the same where `name` is none.",
    )

    class Meta:
        model = Service
        fields = (
            "name",
            "component",
            "sender",
            "first_seen_at",
            "last_seen_at",
            "refused_at",
            "refused_sender",
        )


class Services(Asking, generics.ListAPIView):
    """Services that were seen to send telemetry, whoever registered them."""

    serializer_class = ServiceOut

    @extend_schema(operation_id="services_list")
    def get(self, *args: Any, **kwargs: Any) -> Any:
        """The newest first."""
        return super().get(*args, **kwargs)

    def get_queryset(self) -> Any:
        return queries.services()
