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
    """What a rollback was decided by.

    `digest` is the SHA-256 of `figures` as JSON with its keys in order, no space between, in UTF-8.
    Who may read the component's logs can verify it; for others `figures` are without templates.
    """

    deployment = serializers.IntegerField(source="deployment.number", help_text="The rollback.")
    against = serializers.IntegerField(source="against.number")
    may_read_lines = serializers.SerializerMethodField(
        help_text="Whether `figures` are whole, as `digest` is of them."
    )
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ("deployment", "against", "gathered_at", "digest", "may_read_lines", "figures")

    def get_may_read_lines(self, _: Evidence) -> bool:
        return bool(self.context["may_read"])

    @extend_schema_field(serializers.DictField())
    def get_figures(self, evidence: Evidence) -> dict[str, object]:
        """As `comparison` gives it; only a sentence where the stores did not answer then."""
        return wording.kept(evidence.figures, may_read=self.context["may_read"])


class DeploymentComparison(Asking):
    """One deployment beside what served before it."""

    @extend_schema(operation_id="deployment_comparison", responses=ComparisonOut)
    def get(self, request: Request, number: int) -> Response:
        """Whether the new release is worse: failures, durations, deliveries and what is logged."""
        deployment = rollouts.deployment(number)
        found = wording.as_json(queries.compared(deployment, timezone.now()))
        may_read = queries.may_read_lines(deployment, self.by)
        return Response(ComparisonOut(wording.readable(found, may_read=may_read)).data)


class DeploymentEvidence(Asking):
    """What one rollback was decided by."""

    @extend_schema(operation_id="deployment_evidence", responses=EvidenceOut)
    def get(self, request: Request, number: int) -> Response:
        """The comparison as it stood when somebody rolled back with it."""
        deployment = rollouts.deployment(number)
        found = queries.evidence(deployment)
        may_read = queries.may_read_lines(deployment, self.by)
        return Response(EvidenceOut(found, context={"may_read": may_read}).data)
