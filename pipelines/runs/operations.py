"""The verbs of a run that people and programs say: start, run again, cancel; and withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction

from deployments.environments.models import Environment
from deployments.releases import guard
from deployments.releases.models import Rejection
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Live
from observability.changes import operations as changes
from observability.changes.models import Change
from observability.instrumentation import work as tracing
from pipelines.runs import parameters as values
from pipelines.runs.models import Attempt, Run
from pipelines.transformations import queries as versions
from pipelines.transformations.models import Transformation, Version
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.background import enqueue
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.failpoints import hit
from portal.ids import uuid7
from portal.quoting import quoted

EXECUTE = "pipelines.runs.tasks.execute"


@kept("run.start", "transformation", "transformation")
def start(
    *,
    transformation: Transformation,
    environment: Environment,
    parameters: Mapping[str, Any],
    by: User | None,
    now: datetime,
    request_key: str = "",
    logical_at: datetime | None = None,
    reason: str = "",
    channel: str = Live.Channel.STABLE,
    trace_id: str = "",
) -> Run:
    """Queue a run of what is live. The same occasion and parameters again are the same run."""
    component = transformation.component
    if by is not None:
        access.require(by, "run.start", component)
    live = _live(component, environment, channel)
    resolved = _resolve(transformation, live, parameters)
    belongs = tracing.belonging(trace_id)
    run = Run(
        transformation=transformation,
        environment=environment,
        channel=channel,
        logical_at=logical_at,
        request_key="" if logical_at else (request_key or uuid7().hex),
        parameters=resolved,
        parameters_digest=values.digest(resolved),
        next_at=now,
        team=component.team,
        requested_by=by,
        reason=reason,
        trace_id=belongs.trace_id,
        span_id=belongs.span_id,
        requested_at=now,
        queued_at=now,
    )
    try:
        return _create(run, by=by, now=now)
    except IntegrityError:
        return _same_occasion(run)


@transaction.atomic
def _create(run: Run, *, by: User | None, now: datetime) -> Run:
    run.save(force_insert=True)
    hit("pipelines.run.starting")
    _audit(run, "run.start", by=by, now=now, after={"parameters": run.parameters})
    hit("pipelines.run.started")
    enqueue(EXECUTE, run_id=str(run.pk))
    return run


def _same_occasion(run: Run) -> Run:
    return Run.objects.select_related("transformation__component", "environment").get(
        transformation=run.transformation,
        environment=run.environment,
        channel=run.channel,
        logical_at=run.logical_at,
        request_key=run.request_key,
        parameters_digest=run.parameters_digest,
    )


@kept("run.again", "run", "run")
@transaction.atomic
def again(
    *, run: Run, with_version: Literal["live", "same"], by: User, now: datetime, reason: str
) -> Run:
    """Execute a finished run once more; what it delivers then is a new revision."""
    component = run.transformation.component
    access.require(by, "run.again", component)
    if not reason.strip():
        raise Refused(
            "Say why this is run again. It stands beside the new revision.", field="reason"
        )
    live = _live(component, run.environment, run.channel)
    if with_version == "same" and run.release is not None:
        rejection = guard.rejection_of(component.pk, run.release.digest)
        if rejection is not None:
            raise _rejected(rejection, component, str(run.release), run.environment)
    tracing.point_at(run.trace_id, run.pk, run.attempt)
    belongs = tracing.belonging()
    fresh: dict[str, Any] = {"trace_id": belongs.trace_id, "span_id": belongs.span_id}
    if with_version == "live":
        fresh |= {"version": None, "release": None, "configuration": None, "deployment": None}
    moved = (
        Run.objects.filter(pk=run.pk)
        .exclude(state__in=Run.UNFINISHED)
        .update(
            state=Run.State.QUEUED,
            message="",
            tries=0,
            is_cancelling=False,
            next_at=now,
            queued_at=now,
            finished_at=None,
            lease_until=None,
            is_delivering=True,
            backfill=None,
            **fresh,
        )
    )
    if not moved:
        raise Moved(f"{str(run).capitalize()} has not finished. Wait for it, or cancel it first.")
    run.refresh_from_db()
    hit("pipelines.run.starting_again")
    version = str(live.release) if with_version == "live" else str(run.release)
    _audit(run, "run.again", by=by, now=now, reason=reason, after={"version": version})
    changes.record(
        kind=Change.Kind.RUN,
        external_id=f"run:{run.pk}:again:{now.isoformat()}",
        component=component,
        environment=run.environment,
        title=f"Run {run.number} started again with {version}",
        by=by,
        started_at=now,
        finished_at=now,
        outcome=Change.Outcome.SUCCEEDED,
        reason=reason,
        url=f"/runs/{run.number}/",
    )
    hit("pipelines.run.started_again")
    enqueue(EXECUTE, run_id=str(run.pk))
    return run


@kept("run.cancel", "run", "run")
@transaction.atomic
def cancel(*, run: Run, by: User, now: datetime, reason: str = "") -> Run:
    """Stop a run: at once where it waits, within a second where it runs. Nothing is delivered."""
    access.require(by, "run.cancel", run.transformation.component)
    queued = Run.objects.filter(pk=run.pk, state=Run.State.QUEUED).update(
        state=Run.State.CANCELLED,
        message=f"Cancelled by {by.full_name} before it began.",
        finished_at=now,
        next_at=None,
    )
    running = queued or Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(
        is_cancelling=True, message=f"{by.full_name} asked to cancel it."
    )
    if not running:
        raise Moved(f"{str(run).capitalize()} has ended already; there is nothing to cancel.")
    run.refresh_from_db()
    hit("pipelines.run.cancelling")
    _audit(run, "run.cancel", by=by, now=now, reason=reason)
    return run


def withdraw(*, component: Component, digest: str, reason: str, now: datetime) -> int:
    """In the rejecting transaction: end all work on this content. Returns how many runs it ended.

    The state change fences running workers off: whatever they finish, they may not write it.
    """
    of_it = Version.objects.filter(transformation__component=component, digest=digest)
    runs = list(
        Run.objects.select_for_update()
        .filter(version__in=of_it, state__in=Run.UNFINISHED)
        .values_list("pk", "attempt")
    )
    message = f"Stopped: its version was rejected. {reason}"
    for run_id, attempt in runs:
        Attempt.objects.filter(run_id=run_id, number=attempt, state=Attempt.State.RUNNING).update(
            state=Attempt.State.CANCELLED, failure="rejected", message=message, finished_at=now
        )
    hit("pipelines.runs.withdrawing")
    Run.objects.filter(pk__in=[run_id for run_id, _ in runs]).update(
        state=Run.State.CANCELLED,
        message=message,
        finished_at=now,
        lease_until=None,
        next_at=None,
    )
    return len(runs)


def _live(component: Component, environment: Environment, channel: str) -> Live:
    """What is live there and may run; else Refused says why not and what to do."""
    footing = rollouts.footing(component, environment, channel)
    if footing is None:
        raise Refused(
            f"{component.name} has no live version in {environment.name}. Deploy one there first.",
            field="environment",
        )
    hold = footing.hold
    if hold is not None:
        raise Moved(
            f"{component.name} is paused in {environment.name} by {hold.held_by.full_name}: "
            f"{quoted(hold.reason)} Resume it first."
        )
    if footing.rejection is not None:
        raise _rejected(footing.rejection, component, str(footing.live.release), environment)
    return footing.live


def _rejected(
    rejection: Rejection, component: Component, release: str, environment: Environment
) -> Refused:
    return Refused(
        f"{release} of {component.name} was rejected by {rejection.rejected_by.full_name}: "
        f"{quoted(rejection.reason)} Roll back in {environment.name} or deploy another version."
    )


def _resolve(
    transformation: Transformation, live: Live, given: Mapping[str, Any]
) -> dict[str, Any]:
    version = versions.of_a_release(transformation.pk, live.release.number)
    try:
        return values.resolve(
            version.spec.get("parameters", {}),
            configured=live.configuration.values.get("parameters", {}),
            given=given,
        )
    except values.ParameterProblem as problem:
        raise Refused(problem.message, field=f"parameters.{problem.name}") from problem


def _audit(run: Run, verb: str, *, by: User | None, now: datetime, **more: Any) -> None:
    component = run.transformation.component
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="run",
        thing=f"{component.name} run {run.number}",
        thing_id=run.pk,
        component=component.name,
        team=component.team.name,
        environment=run.environment.name,
        **more,
    )
