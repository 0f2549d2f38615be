"""What keeps things in files, and what was changed elsewhere since, over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Asking
from portal.manifests import queries
from portal.manifests.api import PlannedStepOut


class ManifestSourceOut(serializers.Serializer):
    """What keeps things in files. `applied_at` is null where nothing of it was applied yet."""

    source = serializers.CharField(source="name")  # type: ignore[assignment]
    kept = serializers.IntegerField()
    files = serializers.IntegerField()
    application = serializers.UUIDField(source="last.pk", default=None, allow_null=True)
    applied_by = serializers.CharField(
        source="last.applied_by.username", default=None, allow_null=True
    )
    applied_at = serializers.DateTimeField(source="last.started_at", default=None, allow_null=True)


class DriftAsked(serializers.Serializer):
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=300, help_text="One of those of `manifests/sources/`."
    )


class ManifestDriftOut(serializers.Serializer):
    """What was changed elsewhere: applying the same files again would do these steps."""

    source = serializers.CharField()  # type: ignore[assignment]
    steps = PlannedStepOut(many=True)


class ManifestSources(Asking):
    """What keeps things in files."""

    @extend_schema(responses=ManifestSourceOut(many=True), operation_id="manifests_sources")
    def get(self, request: Request) -> Response:
        """Each repository and folder that keeps things, the one applied last first."""
        return Response(ManifestSourceOut(queries.sources(), many=True).data)


class ManifestDrift(Asking):
    """What is no longer as files say."""

    @extend_schema(
        parameters=[DriftAsked], responses=ManifestDriftOut, operation_id="manifests_drift"
    )
    def get(self, request: Request) -> Response:
        """What somebody changed elsewhere since the files of a source were applied."""
        source = self.asked(DriftAsked)["source"]
        found = queries.drift(source, by=self.by, now=timezone.now())
        return Response({"source": source, "steps": [step.as_json() for step in found]})
