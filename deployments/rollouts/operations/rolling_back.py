"""The emergency exit: back to a pair that was live and well here. Nothing makes it wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import tee

from django.db import transaction

from deployments.environments.models import Environment
from deployments.evidence import operations as keeping
from deployments.evidence import queries as evidences
from deployments.evidence.queries import Gathered
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

MOMENTS = timedelta(minutes=1)  # so long after a rollback another one is likely by accident
TRIES = 3  # someone may open a deployment here between our abort and our insert


@dataclass(frozen=True, slots=True)
class Named:
    """What the person named to go back to; None is what they left open."""

    release: Release | None
    configuration: int | None

    def __str__(self) -> str:
        pinned = f" with c{self.configuration}" if self.configuration is not None else ""
        return f"{self.release}{pinned}"

    def fits(self, pair: Deployment | Live) -> bool:
        return self.release in {None, pair.release} and self.configuration in {
            None,
            pair.configuration.number,
        }


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
    configuration: int | None = None,
    leaves: int | None = None,
    evidence: Deployment | None = None,
) -> Deployment:
    """Leave the live pair for the newest earlier one that did well here, or for `release`.

    `configuration` (a revision's number) narrows it further. What did badly here, never ran, or was
    rolled back from, is only gone back to by name. `leaves` is the number of the deployment that
    was seen to be live: Moved where another one is by now.

    No approval and no pause holds it up, and a deployment that is under way here is aborted. A
    rollback that is under way is left alone unless another pair is named. With `evidence`, the
    deployment that is live, its comparison of this moment is kept with the reason.
    """
    access.require(by, "deployment.roll_back", component)
    if not reason.strip():
        raise Refused("Say what you saw. Whoever is on call next will read this.", field="reason")
    gathered = _gathered(component, environment, evidence, now) if evidence else None
    guard.using(component.pk)
    to = Named(release, configuration)
    for left in reversed(range(TRIES)):
        try:
            return _roll_back(component, environment, reason.strip(), by, now, to, leaves, gathered)
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
    to: Named,
    leaves: int | None,
    gathered: Gathered | None,
) -> Deployment:
    _make_way(component, environment, to, by=by, now=now, reason=reason)
    live = queries.live(component, environment)
    if live is None:
        raise Refused(
            f"Nothing of {component.name} is live in {environment.name}: there is nothing to leave."
        )
    if gathered and live.deployment_id != gathered.against.pk:
        raise Moved(
            f"The evidence speaks against {gathered.against}, but {live.deployment} is live in "
            f"{environment.name} now. Look at that one."
        )
    _refuse_another(live, leaves)
    chosen = _choose(component, environment, live, to)
    if to.release is None:
        _refuse_again(live, now)
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
        noted={"evidence": gathered.noted} if gathered else {},
    )
    if gathered:
        keeping.keep(rollback=deployment, gathered=gathered)
    _link(deployment, gathered.sentence if gathered else "")
    return deployment


def _refuse_another(live: Live, leaves: int | None) -> None:
    """What is live may be the very fix for what the person saw."""
    put = live.deployment
    if leaves in {None, put.number}:
        return
    raise Moved(
        f"{put} by {put.requested_by.full_name} made {live.release} with {live.configuration} live "
        f"in {put.environment.name} meanwhile: rolling back would take that off, not #{leaves}. "
        "Look at it first."
    )


def _refuse_again(live: Live, now: datetime) -> None:
    """Two people see the same: the second would go past what the first went back to."""
    put = live.deployment
    if put.kind != Deployment.Kind.ROLLBACK or now - live.since_at > MOMENTS:
        return
    raise Moved(
        f"{put.requested_by.full_name} rolled {put.environment.name} back to {live.release} with "
        f"{live.configuration} a moment ago ({put}). Name a release to leave that as well.",
        field="release",
    )


def _gathered(
    component: Component, environment: Environment, against: Deployment, now: datetime
) -> Gathered:
    """Before any row is locked: figures take a moment."""
    evidences.refuse_unless_here(against, component, environment)
    return evidences.gather(against, now)


def _make_way(
    component: Component,
    environment: Environment,
    to: Named,
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
    if other.kind == Deployment.Kind.ROLLBACK and to.fits(other):
        raise Moved(
            f"A rollback to {other.release} with {other.configuration} is under way already: "
            f"#{other.number} by {other.requested_by.full_name}. Name another release or "
            "configuration to go there instead."
        )
    ending.end(
        other,
        Deployment.State.ABORTED,
        message=f"{by.full_name} rolls back here instead.",
        by=by,
        now=now,
        reason=reason,
        is_left=True,
    )


def _choose(component: Component, environment: Environment, live: Live, to: Named) -> Candidate:
    ways, looked_at = tee(queries.ways_back(component, environment, to.release, to.configuration))
    chosen = queries.by_name(ways) if to.release else queries.unasked(ways)
    if chosen is not None:
        return chosen
    found = list(looked_at)
    if to.release is None:
        raise Refused(
            f"There is no way back from {live.release} with {live.configuration} in "
            f"{environment.name}{_why(found)} {_otherwise(found)}",
            field="release" if any(each.is_possible for each in found) else None,
        )
    if not found and to.fits(live):
        also = "" if to.configuration else ", and never was with another configuration"
        raise Refused(f"{to} is what is live in {environment.name}{also}.", field="release")
    why = f"it {found[0].obstacle}" if found else f"it was never live in {environment.name}"
    raise Refused(
        f"Can't roll back to {to}: {why}. {_instead(component, environment)}", field="release"
    )


def _why(found: list[Candidate]) -> str:
    if not found:
        return ": nothing else was live here before."
    words = "; ".join(f"{each} {(each.obstacle or each.warning).rstrip('.')}" for each in found[:5])
    return f": {words}."


def _otherwise(found: list[Candidate]) -> str:
    """What else to do. What did badly or nothing is still better than nothing to who says so."""
    possible = _possible(found)
    if not possible:
        return "Pause it, or deploy a release that is right."
    return f"Name {possible} to go there all the same, pause it, or deploy a release that is right."


def _instead(component: Component, environment: Environment) -> str:
    possible = _possible(queries.rollback_candidates(component, environment))
    if not possible:
        return "Nothing else is possible either: pause it, or deploy a release that is right."
    return f"Possible: {possible}."


def _possible(candidates: list[Candidate]) -> str:
    """ "v2 with c1 or v1 with c1", "" where there is none"""
    names = tuple(str(each) for each in candidates if each.is_possible)
    return checks.listed(names, "or", others="an earlier one")


def _link(deployment: Deployment, evidence: str) -> None:
    """The rollback reverses what made the other pair live: DORA counts by these links."""
    assert deployment.reverses is not None
    change, reversed_ = writing.change_of(deployment), writing.change_of(deployment.reverses)
    if change is not None and reversed_ is not None:
        changes.link(change=change, other=reversed_, kind=Link.Kind.REVERSES, evidence=evidence)
