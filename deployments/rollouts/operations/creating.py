"""Making the rows of a deployment: the one with its steps, and revisions of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from deployments.environments.models import Environment
from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.releases.models import Release
from deployments.rollouts import queries
from deployments.rollouts.models import Configuration, Deployment, Step, StepAttempt
from deployments.rollouts.operations import telling, writing
from deployments.rollouts.plan import Plan
from observability.instrumentation import work as tracing
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.errors import Moved
from portal.failpoints import hit

ASKED = "request"  # who did the first step: the request itself, with what it had just looked at


class Busy(Moved):
    """Someone else opened a deployment in this place at the same moment."""


def open(  # noqa: A001 - deployments are opened and ended
    verb: str,
    *,
    kind: Deployment.Kind,
    component: Component,
    release: Release,
    configuration: Configuration,
    environment: Environment,
    plan: Plan,
    by: User,
    now: datetime,
    reason: str,
    reverses: Deployment | None = None,
    noted: Mapping[str, Any] | None = None,
) -> Deployment:
    """Write a deployment that the rules let through, and set its first step going.

    `noted` goes into its audit entry beside the plan.
    Busy where another one is open in this place: at most one is, by a constraint.
    """
    live = queries.live(component, environment)
    waits = plan.approvals > 0
    belongs = tracing.belonging()
    deployment = Deployment(
        component=component,
        environment=environment,
        kind=kind,
        strategy=plan.strategy,
        release=release,
        configuration=configuration,
        previous_release=live.release if live else None,
        previous_configuration=live.configuration if live else None,
        reverses=reverses,
        state=Deployment.State.AWAITING_APPROVAL if waits else Deployment.State.RUNNING,
        message=checks.waits_for(plan.approvals, plan.approvers) if waits else "",
        reason=reason.strip(),
        plan=plan.as_json(),
        plan_digest=plan.digest,
        requested_by=by,
        requested_at=now,
        started_at=None if waits else now,
        trace_id=belongs.trace_id,
        span_id=belongs.span_id,
    )
    _save(deployment)
    hit("deployments.opened")
    _add_steps(deployment, plan, now=now)
    hit("deployments.steps.written")
    after = {**_facts(plan), **(noted or {})}
    writing.note(deployment, verb, by=by, now=now, reason=deployment.reason, after=after)
    writing.begin_change(deployment, now=now)
    hit("deployments.opening")
    if waits:
        telling.waits_for_approval(deployment, now)
    else:
        writing.send(deployment)
    return deployment


def revise(
    component: Component,
    environment: Environment,
    values: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
) -> Configuration:
    """The next revision of what this environment sets for the component."""
    mine = Configuration.objects.filter(component=component, environment=environment)
    last = mine.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            return Configuration.objects.create(
                component=component,
                environment=environment,
                number=last + 1,
                values=dict(values),
                created_by=by,
                created_at=now,
            )
    except IntegrityError as error:
        raise Busy(f"Someone else was faster in {environment.name}. Look at it again.") from error


def _save(deployment: Deployment) -> None:
    try:
        with transaction.atomic():
            deployment.save(force_insert=True)
    except IntegrityError as error:
        if "deployment_one_at_a_time" not in str(error):
            raise
        other = policies.busy(deployment.component, deployment.environment)
        words = (
            checks.under_way(other) if other else "Someone else was faster here. Look at it again."
        )
        raise Busy(words) from error


def _add_steps(deployment: Deployment, plan: Plan, *, now: datetime) -> None:
    steps = [
        Step(deployment=deployment, order=order, name=step.name, title=step.title)
        for order, step in enumerate(plan.steps, start=1)
    ]
    first, second, *_ = steps
    _begun(first, Step.State.DONE, _rules_said(plan), now)
    first.finished_at = now
    if second.name == "approval":
        _begun(second, Step.State.WAITING, checks.waits_for(plan.approvals, plan.approvers), now)
    else:
        second.next_at = now
    Step.objects.bulk_create(steps)
    StepAttempt.objects.bulk_create(
        StepAttempt(
            step=step,
            number=step.attempt,
            state=step.state,
            message=step.message,
            worker=ASKED,
            started_at=now,
            finished_at=step.finished_at,
        )
        for step in steps
        if step.attempt
    )


def _begun(step: Step, state: Step.State, message: str, now: datetime) -> None:
    step.state, step.message, step.attempt, step.started_at = state, message, 1, now


def _rules_said(plan: Plan) -> str:
    tally = plan.tally
    return f"{tally[:1].upper()}{tally[1:]}."


def _facts(plan: Plan) -> dict[str, Any]:
    return {"move": dict(plan.move), "strategy": plan.strategy, "plan": plan.digest}
