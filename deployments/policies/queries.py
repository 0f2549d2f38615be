"""The facts that the rules look at, out of the tables; and who may approve."""

from __future__ import annotations

from django.db.models import QuerySet

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.policies.checks import Busy, Earlier, Facts, Held, Kind, Rejected
from deployments.releases import guard
from deployments.releases.models import Release
from deployments.rollouts.lifecycle import STANDS
from deployments.rollouts.models import Configuration, Deployment, Hold, Live
from deployments.targets.base import Artifact, Finding, Observation, TargetError
from deployments.targets.registry import target_for
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component


def facts(
    *,
    kind: Kind,
    component: Component,
    release: Release,
    environment: Environment,
    by: User | None,
    is_live_already: bool = False,
    target: tuple[Finding, ...] = (),
    own: Deployment | None = None,
) -> Facts:
    """What is so now. `own` is the deployment that asks: it does not stand in its own way."""
    return Facts(
        kind=kind,
        release=str(release),
        environment=environment.name,
        is_production=environment.is_production,
        is_live_already=is_live_already,
        rejected=rejected(component, release.digest),
        earlier=_earlier(component, release, environment) if kind == "release" else None,
        busy=None if own else busy(component, environment),
        held=_held(component, environment),
        approvals=0 if kind == "rollback" else environment.approvals,
        is_asked=own is not None,
        approvers=approvers(component, but=by) if environment.approvals else (),
        target=target,
    )


def rejected(component: Component, digest: str) -> Rejected | None:
    """The active rejection of this content, in the words of the rules."""
    found = guard.rejection_of(component.pk, digest)
    if found is None:
        return None
    return Rejected(
        by=found.rejected_by.full_name,
        at=found.rejected_at,
        reason=found.reason,
        lifters=approvers(component, but=None),
    )


def approvers(component: Component, *, but: User | None) -> tuple[str, ...]:
    """Names of those who may approve: the team's maintainers first, then the platform's people."""
    people = access.who_may("deployment.approve", component.team_id)
    if but is not None:
        people = people.exclude(pk=but.pk)
    return tuple(people.values_list("full_name", flat=True)[:20])


def busy(component: Component, environment: Environment) -> Busy | None:
    """The deployment that is under way in this place."""
    found = unfinished(component, environment).first()
    return standing(found) if found else None


def standing(deployment: Deployment) -> Busy:
    """How a deployment that is under way stands, in the words of the rules."""
    return Busy(
        number=deployment.number,
        title=deployment.title,
        by=deployment.requested_by.full_name,
        stands=STANDS[deployment.state],
        is_live=deployment.live_at is not None,
    )


def unfinished(component: Component, environment: Environment) -> QuerySet[Deployment]:
    """At most one row: a constraint says so."""
    return Deployment.objects.filter(
        component=component, environment=environment, state__in=Deployment.UNFINISHED
    ).select_related(
        "release",
        "configuration",
        "previous_configuration",
        "requested_by",
        "environment",
        "component__team",
    )


def unfinished_of(component: Component, digest: str) -> QuerySet[Deployment]:
    """Those of this content, in every environment, under any number; the oldest first."""
    return (
        Deployment.objects.filter(
            component=component, release__digest=digest, state__in=Deployment.UNFINISHED
        )
        .select_related(
            "release", "configuration", "previous_configuration", "environment", "requested_by"
        )
        .order_by("id")
    )


def observe(
    component: Component, release: Release, configuration: Configuration, environment: Environment
) -> Observation:
    """How a pair does in an environment; a target that can't tell makes it unknown, in words."""
    try:
        return target_for(release.artifact_kind).observe(
            artifact=artifact(component, release, configuration), environment=environment.name
        )
    except TargetError as error:
        return Observation("unknown", f"Nobody could tell how it does: {error.message}")


def artifact(
    component: Component, release: Release, configuration: Configuration | None
) -> Artifact:
    """What targets understand."""
    return Artifact(
        component=component.name,
        release=release.number,
        digest=release.digest,
        configuration=configuration.values if configuration else {},
    )


def _earlier(component: Component, release: Release, environment: Environment) -> Earlier | None:
    place = environments.before(environment)
    if place is None:
        return None
    live = (
        Live.objects.filter(component=component, environment=place, release=release)
        .select_related("configuration")
        .first()
    )
    last = (
        Deployment.objects.filter(
            component=component, environment=place, release=release, live_at__isnull=False
        )
        .select_related("configuration")
        .order_by("-live_at")
        .first()
    )
    configuration = live.configuration if live else last.configuration if last else None
    if configuration is None:
        return Earlier(place.name, is_live=False, was_live=False)
    seen = observe(component, release, configuration, place)
    return Earlier(
        place.name,
        is_live=live is not None,
        was_live=True,
        health=seen.health,
        message=seen.message,
    )


def _held(component: Component, environment: Environment) -> Held | None:
    hold = (
        Hold.objects.filter(component=component, environment=environment, resumed_at=None)
        .select_related("held_by")
        .first()
    )
    return Held(hold.held_by.full_name, hold.held_at, hold.reason) if hold else None
