"""Deployments over the API: plan, ask, decide, roll back, pause; what is live."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.releases import queries as releases
from deployments.rollouts import operations, queries
from deployments.rollouts.models import Configuration, Deployment
from deployments.rollouts.serializers import (
    CandidateOut,
    ConfigurationOut,
    DeploymentDetail,
    DeploymentOut,
    HoldOut,
    PlanOut,
    StandingOut,
)
from deployments.strategies import registry
from portal.api import Named, Nouns
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.filters import AnyOf, ByName, Since, Until
from portal.rows import found

WORDS: dict[str, Any] = {"max_length": 2000, "default": "", "allow_blank": True}


class Place(serializers.Serializer):
    """A component in an environment, by names."""

    component = Named("component", catalog.components())
    environment = Named("environment", environments.environments())


class Digest(serializers.CharField):
    """Which plan was read."""

    def __init__(self, **more: Any) -> None:
        words = "Of the plan that you read: refused with the new plan if it no longer holds."
        super().__init__(
            **{"max_length": 64, "default": None, "allow_null": True, "help_text": words, **more}
        )


class DeploymentIn(Place):
    release = serializers.CharField(max_length=40, help_text="Number (3, v3) or identity.")
    strategy = serializers.CharField(max_length=20, default=registry.DEFAULT)
    reason = serializers.CharField(**WORDS)
    plan_digest = Digest()
    fixes = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        help_text="Number of a deployment that failed, where this one mends it.",
    )


class PlanIn(Place):
    release = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Empty: what is live there."
    )
    values = serializers.DictField(
        default=None, allow_null=True, help_text="Plan setting these values instead."
    )
    strategy = serializers.CharField(max_length=20, default=registry.DEFAULT)


class ConfigurationIn(Place):
    values = serializers.DictField(help_text="Replaces all: schedule, parameters, limits.")
    reason = serializers.CharField(**WORDS)
    plan_digest = Digest()


class NoteIn(serializers.Serializer):
    """For a yes and a no alike, as it was released; a no holds whatever the plan is by now."""

    note = serializers.CharField(**WORDS)
    plan_digest = Digest()


class AbortIn(serializers.Serializer):
    reason = serializers.CharField(**WORDS)


class ThereIn(serializers.Serializer):
    environment = Named("environment", environments.environments())


class ReasonThereIn(ThereIn):
    reason = serializers.CharField(**WORDS)


class RollbackIn(ReasonThereIn):
    release = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Empty: the newest that did well."
    )
    configuration = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, help_text="Only with this revision of it."
    )
    leaves = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        help_text="Number of the deployment that you saw live: refused if another one is by now.",
    )
    evidence = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        help_text="Number of what is live: its comparison of this moment is kept with the reason.",
    )


class DeploymentFilter(django_filters.FilterSet):
    component = ByName("component", Component.objects.all())
    environment = ByName("environment", Environment.objects.all())
    state = AnyOf(choices=Deployment.State.choices)
    kind = django_filters.ChoiceFilter(choices=Deployment.Kind.choices)
    since, until = Since(), Until()

    class Meta:
        model = Deployment
        fields: list[str] = []


class Deployments(Nouns):
    """What was put where, when, by whom and why. One is found by identity or number."""

    noun = "deployment"
    queryset = queries.history()
    serializer_class = DeploymentOut
    filterset_class = DeploymentFilter
    lookup_value_regex = "[0-9a-f-]+"

    def get_queryset(self) -> Any:
        return queries.history() if self.action == "list" else queries.details()

    def get_serializer_class(self) -> Any:
        return DeploymentOut if self.action == "list" else DeploymentDetail

    def get_object(self) -> Deployment:
        key = self.kwargs["pk"]
        is_number = key.isdecimal() and len(key) < 19
        rows = queries.details()
        return found(rows, "deployment", **{"number" if is_number else "pk": key})

    @extend_schema(request=DeploymentIn, responses={201: DeploymentDetail})
    def create(self, request: Request) -> Response:
        """Ask to put a release live in an environment."""
        given = self.given(DeploymentIn)
        given["release"] = releases.named(given["component"], given["release"])
        deployment = operations.request(**given, by=self.by, now=timezone.now())
        return self._now(deployment, status.HTTP_201_CREATED)

    @extend_schema(request=PlanIn, responses=PlanOut, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None, is_looking=True)
    def plan(self, request: Request) -> Response:
        """What deploying would change, which rules speak, who would have to approve."""
        given = self.given(PlanIn)
        plan = queries.plan(
            given["component"],
            queries.meant(given["component"], given["environment"], given["release"]),
            given["environment"],
            by=self.by,
            now=timezone.now(),
            configuration=given["values"],
            strategy=given["strategy"],
        )
        return Response(plan.as_json())

    @extend_schema(request=NoteIn, responses=DeploymentDetail)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Agree that it goes live; never one's own. Refused where its plan moved meanwhile."""
        return self._do(operations.approve, NoteIn)

    @extend_schema(request=NoteIn, responses=DeploymentDetail)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Say no, with the reason."""
        return self._do(operations.refuse, NoteIn, but="plan_digest")

    @extend_schema(request=None, responses=DeploymentDetail)
    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: str) -> Response:
        """Let a step that waits for a person go on."""
        return self._do(operations.advance)

    @extend_schema(request=AbortIn, responses=DeploymentDetail)
    @action(detail=True, methods=["post"])
    def abort(self, request: Request, pk: str) -> Response:
        """Stop it before it is live."""
        return self._do(operations.abort, AbortIn)

    def _do(
        self, verb: Any, body: type[serializers.Serializer] | None = None, but: str = ""
    ) -> Response:
        given = self.given(body) if body else {}
        given.pop(but, None)
        return self._now(
            verb(deployment=self.get_object(), by=self.by, now=timezone.now(), **given)
        )

    def _now(self, deployment: Deployment, status: int = 200) -> Response:
        return self.shown(queries.details().get(pk=deployment.pk), status)


class ConfigurationFilter(django_filters.FilterSet):
    component = ByName("component", Component.objects.all())
    environment = ByName("environment", Environment.objects.all())

    class Meta:
        model = Configuration
        fields: list[str] = []


class Configurations(Nouns):
    """Numbered revisions of what environments set; a new one is deployed like a release."""

    noun = "configuration"
    queryset = queries.configurations()
    serializer_class = ConfigurationOut
    filterset_class = ConfigurationFilter

    @extend_schema(request=ConfigurationIn, responses={201: DeploymentDetail})
    def create(self, request: Request) -> Response:
        """Ask for other values where something is live."""
        deployment = operations.configure(
            **self.given(ConfigurationIn), by=self.by, now=timezone.now()
        )
        detail = queries.details().get(pk=deployment.pk)
        return Response(DeploymentDetail(detail).data, status.HTTP_201_CREATED)


class ComponentVerbs(Nouns):
    """What is done to a component in an environment, at once."""

    noun = "component"
    queryset = catalog.components()
    lookup_field = "name"
    pagination_class = None
    serializer_class = StandingOut

    @extend_schema(responses=StandingOut(many=True))
    def live(self, request: Request, name: str) -> Response:
        """Every environment in order: what is live, how it does, what is under way or paused."""
        places = queries.matrix(self.get_object(), with_health=True)
        return Response(StandingOut(places, many=True).data)

    @extend_schema(request=RollbackIn, responses={201: DeploymentDetail})
    def rollback(self, request: Request, name: str) -> Response:
        """Leave what is live for an earlier pair that did well here. Waits for nothing."""
        component, given = self.get_object(), self.given(RollbackIn)
        release = releases.named(component, given["release"]) if given["release"] else None
        number = given["evidence"]
        accused = queries.deployment(number) if number else None
        deployment = operations.roll_back(
            component=component,
            **(given | {"release": release, "evidence": accused}),
            by=self.by,
            now=timezone.now(),
        )
        detail = queries.details().get(pk=deployment.pk)
        return Response(DeploymentDetail(detail).data, status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[ThereIn], responses=CandidateOut(many=True), operation_id="rollback_candidates"
    )
    def candidates(self, request: Request, name: str) -> Response:
        """Where a rollback could go in `?environment=`, and why it can't go elsewhere."""
        environment = self.asked(ThereIn)["environment"]
        rows = queries.rollback_candidates(self.get_object(), environment)
        return Response(CandidateOut(rows, many=True).data)

    @extend_schema(request=ReasonThereIn, responses={201: HoldOut})
    def hold(self, request: Request, name: str) -> Response:
        """Pause it there: nothing new runs until someone resumes it."""
        hold = operations.pause(
            component=self.get_object(),
            **self.given(ReasonThereIn),
            by=self.by,
            now=timezone.now(),
        )
        return Response(HoldOut(hold).data, status.HTTP_201_CREATED)

    @extend_schema(request=ThereIn, responses=HoldOut)
    def resume(self, request: Request, name: str) -> Response:
        """Let work go on there."""
        hold = operations.resume(
            component=self.get_object(), **self.given(ThereIn), by=self.by, now=timezone.now()
        )
        return Response(HoldOut(hold).data)
