"""Releases over the API: look, promote, reject, lift."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments import queries as environments
from deployments.releases import operations, queries
from deployments.releases.models import Release
from deployments.rollouts import operations as rollouts
from deployments.rollouts import queries as deployments
from deployments.rollouts.serializers import DeploymentDetail
from portal.api import Named, Nouns
from portal.catalog.models import Component
from portal.filters import ByName

WORDS: dict[str, Any] = {"max_length": 2000, "default": "", "allow_blank": True}


class RejectionOut(serializers.Serializer):
    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class ReleaseOut(serializers.ModelSerializer):
    """A version of a component. `rejection` says who judged its content wrong, and why."""

    component = serializers.CharField(source="component.name")
    created_by = serializers.CharField(source="created_by.username")
    rejection = serializers.SerializerMethodField()

    class Meta:
        model = Release
        fields = (
            "id",
            "component",
            "number",
            "artifact_kind",
            "digest",
            "source",
            "created_by",
            "created_at",
            "rejection",
        )

    @extend_schema_field(RejectionOut(allow_null=True))
    def get_rejection(self, release: Any) -> Any:
        return RejectionOut(release.rejection).data if release.rejection else None


class PromoteIn(serializers.Serializer):
    to = Named("environment", environments.environments())
    reason = serializers.CharField(**WORDS)
    plan_digest = serializers.CharField(max_length=64, default=None, allow_null=True)


class RejectIn(serializers.Serializer):
    reason = serializers.CharField(**WORDS)
    evidence = serializers.DictField(default=dict, help_text="Log lines, counts, links.")


class LiftIn(serializers.Serializer):
    reason = serializers.CharField(**WORDS)


class ReleaseFilter(django_filters.FilterSet):
    component = ByName("component", Component.objects.all())
    number = django_filters.NumberFilter()

    class Meta:
        model = Release
        fields: list[str] = []


class Releases(Nouns):
    """Immutable numbered versions, newest first."""

    noun = "release"
    queryset = queries.releases()
    serializer_class = ReleaseOut
    filterset_class = ReleaseFilter

    @extend_schema(request=PromoteIn, responses={201: DeploymentDetail})
    @action(detail=True, methods=["post"])
    def promote(self, request: Request, pk: str) -> Response:
        """Take it on to a later environment."""
        deployment = rollouts.promote(
            release=self.get_object(), **self.given(PromoteIn), by=self.by, now=timezone.now()
        )
        detail = deployments.details().get(pk=deployment.pk)
        return Response(DeploymentDetail(detail).data, status.HTTP_201_CREATED)

    @extend_schema(request=RejectIn, responses=ReleaseOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Judge its content wrong: nothing of it is deployed, run or sent from now on."""
        operations.reject(
            release=self.get_object(), **self.given(RejectIn), by=self.by, now=timezone.now()
        )
        return self.shown(self.get_object())

    @extend_schema(request=LiftIn, responses=ReleaseOut)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Take a rejection back, with a reason."""
        operations.lift(
            release=self.get_object(), **self.given(LiftIn), by=self.by, now=timezone.now()
        )
        return self.shown(self.get_object())
