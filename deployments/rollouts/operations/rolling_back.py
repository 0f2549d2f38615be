"""The emergency exit: back to a pair that was live and well here. Nothing makes it wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    evidence: Deployment | None = None,
) -> Deployment:
    """Leave the live pair for the newest earlier one that did well here, or for `release`.

    `configuration` (a revision's number) narrows it further. What did badly here, or never ran, is
    only gone back to by name. No approval and no pause holds it up, and a deployment that is under
    way here is aborted. A rollback that is under way is left alone unless another pair is named.
    With `evidence`, the deployment that is live, its comparison of this moment is kept with the
    reason.
    """
    access.require(by, "deployment.roll_back", component)
    if not reason.strip():
        raise Refused("Say what you saw. The next person at night reads it.", field="reason")
    gathered = _gathered(component, environment, evidence, now) if evidence else None
    guard.using(component.pk)
    to = Named(release, configuration)
    for left in reversed(range(TRIES)):
        try:
            return _roll_back(component, environment, reason.strip(), by, now, to, gathered)
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
    chosen = _choose(component, environment, live, to)
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
    )


def _choose(component: Component, environment: Environment, live: Live, to: Named) -> Candidate:
    found = []
    for candidate in queries.ways_back(component, environment, to.release, to.configuration):
        if candidate.is_advisable or (candidate.is_possible and to.release is not None):
            return candidate
        found.append(candidate)
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
    by_name = tuple(str(each) for each in found if each.is_possible)
    if not by_name:
        return "Pause it, or deploy a release that is right."
    return (
        f"Name {checks.listed(by_name, 'or')} to go there all the same, pause it, or deploy a "
        "release that is right."
    )


def _instead(component: Component, environment: Environment) -> str:
    candidates = queries.rollback_candidates(component, environment)
    possible = tuple(str(candidate) for candidate in candidates if candidate.is_possible)
    if not possible:
        return "Nothing else is possible either: pause it, or deploy a release that is right."
    return f"Possible: {checks.listed(possible, 'or')}."


def _link(deployment: Deployment, evidence: str) -> None:
    """The rollback reverses what made the other pair live: DORA counts by these links."""
    assert deployment.reverses is not None
    change, reversed_ = writing.change_of(deployment), writing.change_of(deployment.reverses)
    if change is not None and reversed_ is not None:
        changes.link(change=change, other=reversed_, kind=Link.Kind.REVERSES, evidence=evidence)
