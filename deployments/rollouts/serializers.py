"""How deployments, plans, pauses and places look over the API."""

from __future__ import annotations

from rest_framework import serializers

from deployments.policies.models import Approval
from deployments.rollouts.models import Configuration, Deployment, Hold, Step, StepAttempt


class StepAttemptOut(serializers.ModelSerializer):
    """One try at a step."""

    class Meta:
        model = StepAttempt
        fields = ("number", "state", "message", "worker", "started_at", "finished_at")


class StepOut(serializers.ModelSerializer):
    """A step with every try at it."""

    attempts = StepAttemptOut(many=True)

    class Meta:
        model = Step
        fields = (
            "order",
            "name",
            "title",
            "state",
            "message",
            "attempt",
            "next_at",
            "started_at",
            "finished_at",
            "attempts",
        )


class ApprovalOut(serializers.ModelSerializer):
    """What one person decided.

    `superseded` says how the plan changed since; such a yes counts no more.
    """

    by = serializers.CharField(source="decided_by.username")
    full_name = serializers.CharField(source="decided_by.full_name")

    class Meta:
        model = Approval
        fields = ("by", "full_name", "decision", "note", "decided_at", "superseded")


class DeploymentOut(serializers.ModelSerializer):
    """A deployment as lists show it. Releases and configurations are given by number."""

    component = serializers.CharField(source="component.name")
    environment = serializers.CharField(source="environment.name")
    release = serializers.IntegerField(source="release.number")
    release_id = serializers.UUIDField()
    configuration = serializers.IntegerField(source="configuration.number")
    previous_release = serializers.IntegerField(
        source="previous_release.number", default=None, allow_null=True
    )
    previous_configuration = serializers.IntegerField(
        source="previous_configuration.number", default=None, allow_null=True
    )
    reverses = serializers.IntegerField(source="reverses.number", default=None, allow_null=True)
    requested_by = serializers.CharField(source="requested_by.username")
    url = serializers.CharField(source="path")

    class Meta:
        model = Deployment
        fields: tuple[str, ...] = (
            "id",
            "number",
            "title",
            "component",
            "environment",
            "kind",
            "strategy",
            "release",
            "release_id",
            "configuration",
            "previous_release",
            "previous_configuration",
            "reverses",
            "state",
            "message",
            "reason",
            "requested_by",
            "requested_at",
            "started_at",
            "finished_at",
            "live_at",
            "plan_digest",
            "trace_id",
            "url",
        )
        extra_kwargs = {"title": {"read_only": True}}


class DeploymentDetail(DeploymentOut):
    """A deployment with its steps, their attempts, and what people decided."""

    steps = StepOut(many=True)
    approvals = ApprovalOut(many=True)
    plan = serializers.DictField(
        help_text="As it was read last: by who asked, or by who approves after it changed."
    )

    class Meta(DeploymentOut.Meta):
        fields: tuple[str, ...] = (*DeploymentOut.Meta.fields, "steps", "approvals", "plan")


class PlanOut(serializers.Serializer):
    """What would happen. `digest` goes into the request, so that only this plan is carried out."""

    component = serializers.CharField()
    environment = serializers.CharField()
    kind = serializers.CharField()
    strategy = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    move = serializers.DictField(help_text="`from` (null where nothing is live) and `to`.")
    sections = serializers.ListField(child=serializers.DictField())
    findings = serializers.ListField(child=serializers.DictField())
    tally = serializers.CharField()
    commits = serializers.ListField(child=serializers.DictField())
    steps = serializers.ListField(child=serializers.DictField())
    approvals = serializers.IntegerField()
    approvers = serializers.ListField(child=serializers.CharField())
    can_deploy = serializers.BooleanField()
    way_back = serializers.CharField()
    made_at = serializers.DateTimeField()
    digest = serializers.CharField()


class ConfigurationOut(serializers.ModelSerializer):
    """A revision of what an environment sets."""

    component = serializers.CharField(source="component.name")
    environment = serializers.CharField(source="environment.name")
    created_by = serializers.CharField(source="created_by.username")

    class Meta:
        model = Configuration
        fields = (
            "id",
            "component",
            "environment",
            "number",
            "values",
            "created_by",
            "created_at",
        )


class HoldOut(serializers.ModelSerializer):
    """A pause, over or not."""

    component = serializers.CharField(source="component.name")
    environment = serializers.CharField(source="environment.name")
    held_by = serializers.CharField(source="held_by.username")
    resumed_by = serializers.CharField(source="resumed_by.username", default=None, allow_null=True)

    class Meta:
        model = Hold
        fields = (
            "id",
            "component",
            "environment",
            "reason",
            "held_by",
            "held_at",
            "resumed_by",
            "resumed_at",
        )


class RejectionNote(serializers.Serializer):
    by = serializers.CharField(source="rejected_by.full_name")
    at = serializers.DateTimeField(source="rejected_at")
    reason = serializers.CharField()


class ObservationOut(serializers.Serializer):
    health = serializers.CharField()
    message = serializers.CharField()
    facts = serializers.DictField()


class StandingOut(serializers.Serializer):
    """One environment: what is live there, what is under way, what stands in the way."""

    environment = serializers.CharField(source="environment.name")
    release = serializers.IntegerField(source="live.release.number", default=None, allow_null=True)
    release_id = serializers.UUIDField(source="live.release_id", default=None, allow_null=True)
    configuration = serializers.IntegerField(
        source="live.configuration.number", default=None, allow_null=True
    )
    values = serializers.DictField(
        source="live.configuration.values", default=None, allow_null=True
    )
    since_at = serializers.DateTimeField(source="live.since_at", default=None, allow_null=True)
    deployment = serializers.IntegerField(
        source="live.deployment.number", default=None, allow_null=True
    )
    under_way = serializers.IntegerField(source="deployment.number", default=None, allow_null=True)
    rejection = RejectionNote(default=None, allow_null=True)
    hold = HoldOut(default=None, allow_null=True)
    observation = ObservationOut(default=None, allow_null=True)


class CandidateOut(serializers.Serializer):
    """Where a rollback could go; `obstacle` says why it can't, "" where it can.

    With a `warning` it goes there only when the release is named: it did badly, never ran, or was
    rolled back from.
    """

    release = serializers.IntegerField(source="release.number")
    release_id = serializers.UUIDField(source="release.pk")
    configuration = serializers.IntegerField(source="configuration.number")
    deployment = serializers.IntegerField(source="deployment.number")
    live_at = serializers.DateTimeField()
    health = serializers.CharField()
    message = serializers.CharField()
    is_possible = serializers.BooleanField()
    warning = serializers.CharField()
    obstacle = serializers.CharField()
