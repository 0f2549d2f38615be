"""The emergency exit: back to a pair that was live and well here. Nothing makes it wait."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deployments.environments.models import Environment
from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.releases import guard
from deployments.releases.models import Release
from deployments.rollouts import queries
from deployments.rollouts.models import Deployment, Live
from deployments.rollouts.operations import creating, ending, writing
from deployments.rollouts.queries import Candidate
from observability.changes import operations as changes
from observability.changes.models import Link
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.errors import Moved, Refused

TRIES = 3  # someone may open a deployment here between our abort and our insert


@kept("deployment.roll_back", "component", "component")
@transaction.atomic
def roll_back(
    *,
    component: Component,
    environment: Environment,
    reason: str,
    by: User,
    now: datetime,
    release: Release | None = None,
) -> Deployment:
    """Leave what is live for the newest earlier pair that did well here, or for `release`.

    No approval and no pause holds it up, and a deployment that is under way here is aborted. A
    rollback that is under way is left alone unless another release is named.
    """
    access.require(by, "deployment.roll_back", component)
    if not reason.strip():
        raise Refused("Say what you saw. The next person at night reads it.", field="reason")
    guard.using(component.pk)
    for left in reversed(range(TRIES)):
        try:
            return _roll_back(component, environment, reason.strip(), by, now, release)
        except creating.Busy:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


@transaction.atomic
def _roll_back(
    component: Component,
    environment: Environment,
    reason: str,
    by: User,
    now: datetime,
    release: Release | None,
) -> Deployment:
    _make_way(component, environment, release, by=by, now=now, reason=reason)
    live = queries.live(component, environment)
    if live is None:
        raise Refused(
            f"Nothing of {component.name} is live in {environment.name}: there is nothing to leave."
        )
    chosen = _choose(component, environment, live, release)
    plan = queries.rollback_plan(
        component, chosen.release, chosen.configuration, environment, by, now
    )
    deployment = creating.open(
        "deployment.roll_back",
        kind=Deployment.Kind.ROLLBACK,
        component=component,
        release=chosen.release,
        configuration=chosen.configuration,
        environment=environment,
        plan=plan,
        by=by,
        now=now,
        reason=reason,
        reverses=live.deployment,
    )
    _link(deployment)
    return deployment


def _make_way(
    component: Component,
    environment: Environment,
    release: Release | None,
    *,
    by: User,
    now: datetime,
    reason: str,
) -> None:
    """Abort what is under way here; from now on nothing can switch before this commits."""
    found = policies.unfinished(component, environment).first()
    if found is None:
        return
    other = writing.locked(found)
    if other.is_finished:
        return
    is_rollback = other.kind == Deployment.Kind.ROLLBACK
    if is_rollback and release in {None, other.release}:
        raise Moved(
            f"A rollback to {other.release} is under way already: #{other.number} by "
            f"{other.requested_by.full_name}. Name another release to go there instead."
        )
    ending.end(
        other,
        Deployment.State.ABORTED,
        message=f"{by.full_name} rolls back here instead.",
        by=by,
        now=now,
        reason=reason,
    )


def _choose(
    component: Component, environment: Environment, live: Live, release: Release | None
) -> Candidate:
    if release is not None and release.pk == live.release_id:
        raise Refused(f"{release} is what is live in {environment.name}.", field="release")
    found = []
    for candidate in queries.ways_back(component, environment, release):
        if candidate.is_possible:
            return candidate
        found.append(candidate)
    if release is None:
        raise Refused(
            f"There is no way back from {live.release} in {environment.name}{_why(found)} "
            "Pause it, or deploy a release that is right."
        )
    why = f"it {found[0].obstacle}" if found else f"it was never live in {environment.name}"
    raise Refused(
        f"Can't roll back to {release}: {why}. {_instead(component, environment)}",
        field="release",
    )


def _why(found: list[Candidate]) -> str:
    if not found:
        return ": nothing else was live here before."
    return ": " + "; ".join(f"{each.release} {each.obstacle}" for each in found[:5]) + "."


def _instead(component: Component, environment: Environment) -> str:
    possible = dict.fromkeys(
        str(candidate.release)
        for candidate in queries.rollback_candidates(component, environment)
        if candidate.is_possible
    )
    if not possible:
        return "Nothing else is possible either: pause it, or deploy a release that is right."
    return f"Possible: {checks.listed(tuple(possible), 'or')}."


def _link(deployment: Deployment) -> None:
    """The rollback reverses what made the other pair live: DORA counts by these links."""
    assert deployment.reverses is not None
    change, reversed_ = writing.change_of(deployment), writing.change_of(deployment.reverses)
    if change is not None and reversed_ is not None:
        changes.link(change=change, other=reversed_, kind=Link.Kind.REVERSES)
