"""What would change: the facts for a plan out of the tables and from the target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from deployments.environments.models import Environment
from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.policies.checks import Kind
from deployments.releases import guard
from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts.models import Configuration, Deployment, Live
from deployments.rollouts.plan import Facts, Pair, Plan, build
from deployments.rollouts.queries import standing, ways_back
from deployments.strategies import registry
from deployments.strategies.base import Occasion, StepPlan
from deployments.targets.base import Artifact, Finding, TargetError, TargetPlan
from deployments.targets.registry import target_for
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.errors import Refused


def plan(
    component: Component,
    release: Release,
    environment: Environment,
    by: User,
    now: datetime,
    configuration: Mapping[str, Any] | None = None,
    strategy: str = registry.DEFAULT,
) -> Plan:
    """What deploying would do. With `configuration`: what setting these values would do."""
    if strategy not in registry.CHOICES:
        raise Refused(
            f"There is no strategy “{strategy}”: choose {', '.join(registry.CHOICES)}.",
            field="strategy",
        )
    current = standing.configuration(component, environment)
    values = current.values if current else {}
    number = current.number if current else 0
    is_configuration = configuration is not None
    if configuration is not None and dict(configuration) != values:
        values, number = dict(configuration), 0
    return _plan(
        kind="configuration" if is_configuration else "release",
        component=component,
        release=release,
        environment=environment,
        new=Pair(release.number, release.digest, number, values),
        by=by,
        now=now,
        strategy=strategy,
    )


def again(deployment: Deployment, now: datetime) -> Plan:
    """What a deployment that is open would do now; it does not stand in its own way."""
    release, configuration = deployment.release, deployment.configuration
    return _plan(
        kind=cast(Kind, deployment.kind),
        component=deployment.component,
        release=release,
        environment=deployment.environment,
        new=Pair(release.number, release.digest, configuration.number, configuration.values),
        by=deployment.requested_by,
        now=now,
        strategy=deployment.strategy,
        own=deployment,
    )


def meant(component: Component, environment: Environment, name: str) -> Release:
    """The release of this number or identity; with no name the one that is live there."""
    if name:
        return releases.named(component, name)
    live = standing.live(component, environment)
    if live is None:
        raise Refused(
            f"Nothing of {component.name} is live in {environment.name}: name a release.",
            field="release",
        )
    return live.release


def rollback_plan(
    component: Component,
    release: Release,
    configuration: Configuration,
    environment: Environment,
    by: User,
    now: datetime,
) -> Plan:
    """What going back to this pair would do."""
    return _plan(
        kind="rollback",
        component=component,
        release=release,
        environment=environment,
        new=Pair(release.number, release.digest, configuration.number, configuration.values),
        by=by,
        now=now,
        strategy="rollback",
    )


def _plan(
    *,
    kind: Kind,
    component: Component,
    release: Release,
    environment: Environment,
    new: Pair,
    by: User,
    now: datetime,
    strategy: str,
    own: Deployment | None = None,
) -> Plan:
    live = standing.live(component, environment)
    old = _pair(live)
    target = _target_plan(component, release, environment, new, old)
    facts = policies.facts(
        kind=kind,
        component=component,
        release=release,
        environment=environment,
        by=by,
        is_live_already=old == new,
        target=target.findings,
        own=own,
    )
    is_old_rejected = bool(live and guard.rejection_of(component.pk, live.release.digest))
    verb = "deployment.roll_back" if kind == "rollback" else "deployment.request"
    return build(
        Facts(
            component=component.name,
            environment=environment.name,
            kind=kind,
            strategy=strategy,
            new=new,
            old=old,
            target=target,
            findings=checks.findings(facts),
            steps=_steps(strategy, environment, new, old, facts.approvals),
            approvals=facts.approvals,
            approvers=facts.approvers,
            commits=_commits(component, new, old),
            may_ask=access.may(by, verb, component),
            made_at=now,
            is_old_rejected=is_old_rejected,
            beyond=_beyond(component, environment, new) if is_old_rejected else "",
        )
    )


def _beyond(component: Component, environment: Environment, new: Pair) -> str:
    """Where a rollback would lead once the new pair is live, "" for nowhere."""
    ways = ways_back.ways_back(component, environment)
    others = (way for way in ways if way.content != (new.digest, new.values))
    found = ways_back.unasked(others)
    return str(found) if found else ""


def _pair(live: Live | None) -> Pair | None:
    if live is None:
        return None
    return Pair(
        live.release.number,
        live.release.digest,
        live.configuration.number,
        live.configuration.values,
    )


def _steps(
    strategy: str, environment: Environment, new: Pair, old: Pair | None, approvals: int
) -> tuple[StepPlan, ...]:
    occasion = Occasion(
        environment=environment.name,
        new=new.version,
        old=old.version if old else "",
        approvals=approvals,
    )
    return registry.STRATEGIES[strategy].steps(occasion)


def _target_plan(
    component: Component, release: Release, environment: Environment, new: Pair, old: Pair | None
) -> TargetPlan:
    """The target's own view; one that does not answer is a finding, not an error page."""
    try:
        return target_for(release.artifact_kind).plan(
            new=_artifact(component, new),
            old=_artifact(component, old) if old else None,
            environment=environment.name,
        )
    except TargetError as error:
        finding = Finding("The target does not answer", "fail", error.message, override="no one")
        return TargetPlan(summary="", findings=(finding,))


def _artifact(component: Component, pair: Pair) -> Artifact:
    return Artifact(
        component=component.name,
        release=pair.release,
        digest=pair.digest,
        configuration=pair.values,
    )


def _commits(component: Component, new: Pair, old: Pair | None) -> tuple[Mapping[str, Any], ...]:
    """What each release since the live one came from, newest first."""
    rows = releases.between(
        component, after=old.release if old else new.release - 1, upto=new.release
    )
    return tuple(_commit(row) for row in rows if row.source.get("commit"))


def _commit(release: Release) -> Mapping[str, Any]:
    source = release.source
    return {
        "release": release.number,
        "sha": release.commit,
        "message": source.get("message", ""),
        "repository": source.get("repository", ""),
        "committed_at": source.get("committed_at", ""),
        "by": release.created_by.full_name,
        "initials": release.created_by.initials,
    }
