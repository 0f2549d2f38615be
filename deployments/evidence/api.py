"""Comparisons and evidence of deployments over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.evidence import queries
from deployments.evidence.models import Evidence
from deployments.rollouts import queries as rollouts
from observability.comparison import wording
from observability.comparison.serializers import ComparisonOut
from portal.api import Asking


class EvidenceOut(serializers.ModelSerializer):
    """What a rollback was decided by. `digest` is the SHA-256 of the figures as they were kept."""

    deployment = serializers.IntegerField(source="deployment.number", help_text="The rollback.")
    against = serializers.IntegerField(source="against.number")
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ("deployment", "against", "gathered_at", "digest", "figures")

    @extend_schema_field(serializers.DictField())
    def get_figures(self, evidence: Evidence) -> dict[str, object]:
        """As `comparison` gives it; only a sentence where the stores did not answer then."""
        return queries.readable(evidence.figures, evidence.deployment, self.context["by"])


class DeploymentComparison(Asking):
    """One deployment beside what served before it."""

    @extend_schema(operation_id="deployment_comparison", responses=ComparisonOut)
    def get(self, request: Request, number: int) -> Response:
        """Whether the new release is worse: failures, durations, deliveries and what is logged."""
        deployment = rollouts.deployment(number)
        found = wording.as_json(queries.compared(deployment, timezone.now()))
        return Response(ComparisonOut(queries.readable(found, deployment, self.by)).data)


class DeploymentEvidence(Asking):
    """What one rollback was decided by."""

    @extend_schema(operation_id="deployment_evidence", responses=EvidenceOut)
    def get(self, request: Request, number: int) -> Response:
        """The comparison as it stood when somebody rolled back with it."""
        found = queries.evidence(rollouts.deployment(number))
        return Response(EvidenceOut(found, context={"by": self.by}).data)
