"""Asking for a deployment: of a release, of the release next door, of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.releases import guard
from deployments.releases.models import Release
from deployments.rollouts import queries
from deployments.rollouts.models import Deployment, Live
from deployments.rollouts.operations import agreeing, creating, writing
from deployments.strategies import registry
from deployments.targets.registry import target_for
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.errors import NotAllowed, Refused


@kept("deployment.request", "component", "component")
@transaction.atomic
def request(
    *,
    component: Component,
    release: Release,
    environment: Environment,
    by: User,
    now: datetime,
    reason: str = "",
    strategy: str = registry.DEFAULT,
    plan_digest: str | None = None,
    fixes: int | None = None,
) -> Deployment:
    """Ask to put a release live, with the configuration that stands there.

    Refused by the first rule that fails. With `plan_digest`: Moved, with the new plan in the
    details, where the plan that the person saw no longer holds. `fixes` is the number of a
    deployment that this one mends: figures count that one as failed, and this one as rework.
    """
    access.require(by, "deployment.request", component)
    mended = _mended(fixes, environment, by) if fixes else None
    deployment = _request(
        "deployment.request",
        component=component,
        release=release,
        environment=environment,
        by=by,
        now=now,
        reason=reason,
        strategy=strategy,
        plan_digest=plan_digest,
    )
    if mended is not None:
        writing.mends(deployment, mended)
    return deployment


@kept("release.promote", "release", "release")
@transaction.atomic
def promote(
    *,
    release: Release,
    to: Environment,
    by: User,
    now: datetime,
    reason: str = "",
    plan_digest: str | None = None,
) -> Deployment:
    """Take a release on: from where it is live to a later environment, or a new one to a first."""
    component = release.component
    access.require(by, "deployment.request", component)
    _refuse_leap(component, release, to)
    return _request(
        "release.promote",
        component=component,
        release=release,
        environment=to,
        by=by,
        now=now,
        reason=reason,
        strategy=registry.DEFAULT,
        plan_digest=plan_digest,
    )


@kept("deployment.configure", "component", "component")
@transaction.atomic
def configure(
    *,
    component: Component,
    environment: Environment,
    values: Mapping[str, Any],
    by: User,
    now: datetime,
    reason: str = "",
    plan_digest: str | None = None,
) -> Deployment:
    """Ask for other values where something is live: a new revision, deployed like a release.

    `values` replaces what is set here: schedule, parameters, limits. With `plan_digest`: Moved,
    with the new plan in the details, where someone else set something meanwhile.
    """
    access.require(by, "deployment.request", component)
    guard.using(component.pk)
    live = queries.live(component, environment)
    if live is None:
        raise Refused(
            f"Nothing of {component.name} is live in {environment.name} yet. Deploy a release "
            "there first; then its configuration can change.",
            field="environment",
        )
    target = target_for(live.release.artifact_kind)
    target.check_configuration(component=component.name, values=values)
    plan = queries.plan(component, live.release, environment, by, now, configuration=values)
    agreeing.refuse_moved(plan, plan_digest)
    if dict(values) == live.configuration.values:
        raise Refused(
            f"These values are set in {environment.name} already: nothing would change.",
            field="values",
        )
    agreeing.refuse_failing(plan)
    return creating.open(
        "deployment.configure",
        kind=Deployment.Kind.CONFIGURATION,
        component=component,
        release=live.release,
        configuration=creating.revise(component, environment, values, by=by, now=now),
        environment=environment,
        plan=plan,
        by=by,
        now=now,
        reason=reason,
    )


def _mended(number: int, environment: Environment, by: User) -> Deployment:
    """The deployment that is to be mended: one fix may mend two components.

    Figures count that one as failed, so it takes the right to deploy its component, too.
    """
    found = Deployment.objects.select_related("component__team").filter(number=number).first()
    if found is None:
        raise Refused(f"There is no deployment #{number}.", field="fixes")
    if found.environment_id != environment.pk or found.kind == Deployment.Kind.CONFIGURATION:
        raise Refused(
            f"#{number} put no release into {environment.name}, so nothing there mends it.",
            field="fixes",
        )
    if not access.may(by, "deployment.request", found.component):
        raise NotAllowed(
            f"#{number} is of {found.component.name}, which you may not deploy: only who may says "
            f"that it failed. Ask {found.component.team.name}, or leave it out.",
            field="fixes",
        )
    return found


def _request(
    verb: str,
    *,
    component: Component,
    release: Release,
    environment: Environment,
    by: User,
    now: datetime,
    reason: str,
    strategy: str,
    plan_digest: str | None,
) -> Deployment:
    if release.component_id != component.pk:
        raise Refused(f"{release} is not a release of {component.name}.", field="release")
    guard.using(component.pk)
    plan = queries.plan(component, release, environment, by, now, strategy=strategy)
    agreeing.refuse_moved(plan, plan_digest)
    agreeing.refuse_failing(plan)
    configuration = queries.configuration(component, environment)
    return creating.open(
        verb,
        kind=Deployment.Kind.RELEASE,
        component=component,
        release=release,
        configuration=configuration or creating.revise(component, environment, {}, by=by, now=now),
        environment=environment,
        plan=plan,
        by=by,
        now=now,
        reason=reason,
    )


def _refuse_leap(component: Component, release: Release, to: Environment) -> None:
    """Promoting goes from where it is live to a later place; a new release starts anywhere."""
    earlier = [place for place in environments.environments() if place.order < to.order]
    serving = dict(
        Live.objects.filter(component=component, channel=Live.Channel.STABLE).values_list(
            "environment__name", "release__number"
        )
    )
    was_deployed = Deployment.objects.filter(release=release).exists()
    if not earlier or not was_deployed:
        return
    if any(serving.get(place.name) == release.number for place in earlier):
        return
    said = ", ".join(
        f"{place.name} serves v{serving[place.name]}"
        if place.name in serving
        else f"{place.name} serves nothing"
        for place in earlier
    )
    raise Refused(
        f"{release} is live nowhere before {to.name}: {said}. Deploy it to {earlier[-1].name} "
        "first, or deploy it directly.",
        field="to",
    )
