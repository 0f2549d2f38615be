"""The control worker: claims the next step, does it, and writes how it went, step after step."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction

from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.releases import guard
from deployments.rollouts import lifecycle, queries
from deployments.rollouts.models import Deployment, Live, Step
from deployments.rollouts.operations import claims, writing
from deployments.rollouts.operations.claims import Claim, Said
from deployments.targets.base import TargetError
from observability.changes import operations as changes
from observability.instrumentation import work as tracing
from portal import context
from portal.failpoints import hit

Clock = Callable[[], datetime]


def work(*, deployment_id: UUID | str, worker: str, now: datetime) -> None:
    """Do what is due of a deployment, until it ends, waits, fails or belongs to another worker.

    Called as often as one likes: what is not due is left alone. `now` goes on ticking inside.
    """
    clock = _ticking(now)
    while (claim := claims.claim(deployment_id, worker, clock())) is not None:
        with context.bind(**_keys(claim.deployment)), _told(claim):
            hit("deployments.step.claimed")
            if not _do(claim, clock):
                return


def _keys(deployment: Deployment) -> dict[str, object]:
    return {
        "component": deployment.component.name,
        "environment": deployment.environment.name,
        "version": str(deployment.release.number),
        "deployment_id": deployment.pk,
        "team": deployment.component.team.name,
        "trace_id": deployment.trace_id,
    }


def _told(claim: Claim) -> AbstractContextManager[object]:
    """The span of this try at a step; a deployment of before telemetry has no trace."""
    deployment = claim.deployment
    if not deployment.trace_id:
        return nullcontext()
    at = tracing.Belonging(deployment.trace_id, deployment.span_id)
    return tracing.working(
        f"step {claim.step.name}",
        at=at,
        work=claim.step.pk,
        number=claim.number,
        attributes={"slipway.deployment": deployment.number, "slipway.attempt": claim.number},
    )


def _ticking(now: datetime) -> Clock:
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def _do(claim: Claim, clock: Clock) -> bool:
    """One step. True: it is done and the next one may begin."""
    try:
        if claim.step.name == "switch":
            return _switch(claim, clock())
        said = _prepare(claim) if claim.step.name == "prepare" else _confirm(claim)
    except TargetError as error:
        tracing.failed(error.message)
        claims.fail(claim, error.message, is_permanent=error.permanent, now=clock())
        return False
    hit("deployments.step.worked")
    return claims.finish(claim, said, clock())


def _prepare(claim: Claim) -> Said:
    """Look at the rules again, for an approval may have taken days, then make ready."""
    deployment = claim.deployment
    found = checks.findings(
        policies.facts(
            kind=cast(checks.Kind, deployment.kind),
            component=deployment.component,
            release=deployment.release,
            environment=deployment.environment,
            by=deployment.requested_by,
            own=deployment,
        )
    )
    if failing := checks.failing(found):
        raise TargetError(failing[0].message, permanent=True)
    place = deployment.environment.name
    return Step.State.DONE, claim.target.apply(artifact=claim.artifact, environment=place)


@transaction.atomic
def _switch(claim: Claim, now: datetime) -> bool:
    """The moment: one row says what is live. Never content that is rejected, however late."""
    deployment = claim.deployment
    guard.using(deployment.component_id)
    rejected = policies.rejected(deployment.component, deployment.release.digest)
    if rejected is not None:
        raise TargetError(checks.rejection(str(deployment.release), rejected), permanent=True)
    before = queries.live(deployment.component, deployment.environment)
    if not claims.finish(claim, (Step.State.DONE, _switched(deployment, before)), now):
        return False
    hit("deployments.switch.fenced")
    _make_live(deployment, now)
    hit("deployments.switch.written")
    Deployment.objects.filter(pk=deployment.pk).update(
        live_at=now,
        previous_release=before.release if before else None,
        previous_configuration=before.configuration if before else None,
    )
    deployment.live_at = now
    changes.reach(external_id=writing.external_id(deployment), now=now)
    writing.note(
        deployment,
        "deployment.switch",
        by=None,
        now=now,
        before=_pair(before),
        after=_pair(deployment),
    )
    hit("deployments.switch.committing")
    return True


def _make_live(deployment: Deployment, now: datetime) -> None:
    """One statement, whether something was live before or not."""
    Live.objects.bulk_create(
        [
            Live(
                component=deployment.component,
                environment=deployment.environment,
                channel=Live.Channel.STABLE,
                release=deployment.release,
                configuration=deployment.configuration,
                deployment=deployment,
                since_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["component", "environment", "channel"],
        update_fields=["release", "configuration", "deployment", "share", "clients", "since_at"],
    )


def _switched(deployment: Deployment, before: Live | None) -> str:
    pair = f"{deployment.release} with {deployment.configuration}"
    if before is None:
        return f"{pair} is live. Nothing was before."
    return f"{pair} is live. Before it, {before.release} with {before.configuration} was."


def _pair(of: Live | Deployment | None) -> dict[str, int] | None:
    if of is None:
        return None
    return {"release": of.release.number, "configuration": of.configuration.number}


def _confirm(claim: Claim) -> Said:
    """How it does now that it is live. A new release that does badly waits for a person."""
    deployment = claim.deployment
    place = deployment.environment.name
    try:
        seen = claim.target.observe(artifact=claim.artifact, environment=place)
    except TargetError as error:
        if lifecycle.may_try_again(attempt=claim.number, is_permanent=error.permanent):
            raise
        return Step.State.DONE, f"Live; nobody could tell how it does: {error.message}"
    if seen.health == "degraded" and deployment.kind == Deployment.Kind.RELEASE:
        return Step.State.WAITING, seen.message
    return Step.State.DONE, seen.message
