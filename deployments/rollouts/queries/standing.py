"""How things stand: what each place serves, what is under way there, and what is paused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, UUIDField

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.policies import queries as policies
from deployments.releases import guard
from deployments.releases import queries as releases
from deployments.releases.models import Rejection, Release
from deployments.rollouts.models import Configuration, Deployment, Hold, Live
from deployments.rollouts.queries.told import told_live
from deployments.targets.base import Observation
from observability.changes.models import Change
from portal.catalog.models import Component
from portal.postgresql.questions import Given, Question


@dataclass(frozen=True, slots=True)
class Place:
    """A component in one environment, for the row "Right now"."""

    environment: Environment
    live: Live | None
    deployment: Deployment | None  # the one that is under way
    rejection: Rejection | None  # of what is live: it then shows "live, rejected"
    hold: Hold | None
    observation: Observation | None  # only where it was asked for
    told: Change | None = None  # what serves by the word of others, where it was asked for

    @property
    def is_empty(self) -> bool:
        """Nothing of ours is live here or on its way: then others may have deployed here."""
        return not (self.live or self.deployment)

    def hearing(self, told: Change | None) -> Place:
        """The same, with what others told of, unless something of ours is here."""
        return replace(self, told=told) if self.is_empty else self


@dataclass(frozen=True, slots=True)
class Footing:
    """What work here would stand on, and what keeps it from beginning."""

    live: Live
    hold: Hold | None
    rejection: Rejection | None  # of what is live


def _standing(component: Given, environment: Given, channel: Given) -> QuerySet[Any, Any]:
    here = {"component": component, "environment": environment}
    holds = Hold.objects.filter(**here, resumed_at=None)
    rejections = Rejection.objects.active().filter(
        component=component, digest=OuterRef("release__digest")
    )
    return (
        Live.objects.filter(**here, channel=channel)
        .select_related("release", "configuration")
        .annotate(is_held=Exists(holds), is_rejected=Exists(rejections))
    )


_FOOTING = Question(_standing, component=UUIDField(), environment=UUIDField(), channel=CharField())


def footing(
    component: Component, environment: Environment, channel: str = Live.Channel.STABLE
) -> Footing | None:
    """What is live here, whether it is paused or rejected; one query where neither is.

    None: nothing is live. The deployment of `live` is not loaded, its key is there.
    """
    standing = _FOOTING.first(component=component.pk, environment=environment.pk, channel=channel)
    if standing is None:
        return None
    return Footing(
        live=standing,
        hold=hold(component, environment) if standing.is_held else None,
        rejection=(
            guard.rejection_of(component.pk, standing.release.digest)
            if standing.is_rejected
            else None
        ),
    )


def live(
    component: Component, environment: Environment, channel: str = Live.Channel.STABLE
) -> Live | None:
    """The pair that a channel serves here, with the deployment that put it there; one query."""
    return (
        Live.objects.filter(component=component, environment=environment, channel=channel)
        .select_related("release", "configuration", "deployment")
        .first()
    )


def hold(component: Component, environment: Environment) -> Hold | None:
    """The pause that is in force here, with who made it."""
    return (
        Hold.objects.filter(component=component, environment=environment, resumed_at=None)
        .select_related("held_by")
        .first()
    )


def configuration(component: Component, environment: Environment) -> Configuration | None:
    """What a release deployed now would run with: the live revision, else the newest one."""
    standing = live(component, environment)
    if standing is not None:
        return standing.configuration
    return (
        Configuration.objects.filter(component=component, environment=environment)
        .order_by("-number")
        .first()
    )


def matrix(component: Component, *, with_health: bool = False) -> list[Place]:
    """Every environment in order, with what stands there. Five queries, plus the target's own."""
    serving = {
        row.environment_id: row
        for row in Live.objects.filter(
            component=component, channel=Live.Channel.STABLE
        ).select_related("release__component", "configuration", "deployment__requested_by")
    }
    under_way = {
        row.environment_id: row
        for row in Deployment.objects.filter(
            component=component, state__in=Deployment.UNFINISHED
        ).select_related(
            "release", "configuration", "previous_configuration", "environment", "requested_by"
        )
    }
    holds = {
        row.environment_id: row
        for row in Hold.objects.filter(component=component, resumed_at=None).select_related(
            "held_by"
        )
    }
    rejections = releases.rejections([row.release for row in serving.values()])
    return [
        _place(
            component,
            environment,
            live=serving.get(environment.pk),
            deployment=under_way.get(environment.pk),
            hold=holds.get(environment.pk),
            rejections=rejections,
            with_health=with_health,
        )
        for environment in environments.environments()
    ]


def with_told(component: Component, places: Sequence[Place]) -> list[Place]:
    """The same, with what others told of where nothing of ours is; one query."""
    empty = [one.environment.name for one in places if one.is_empty]
    told = told_live([component], empty)
    return [one.hearing(told.get((component.pk, one.environment.name))) for one in places]


def _place(
    component: Component,
    environment: Environment,
    *,
    live: Live | None,
    deployment: Deployment | None,
    hold: Hold | None,
    rejections: dict[tuple[object, str], Rejection],
    with_health: bool,
) -> Place:
    observation = None
    if live is not None and with_health:
        observation = policies.observe(component, live.release, live.configuration, environment)
    return Place(
        environment=environment,
        live=live,
        deployment=deployment,
        rejection=rejections.get((component.pk, live.release.digest)) if live else None,
        hold=hold,
        observation=observation,
    )


def observed(place: Place) -> Place:
    """The same, with what the target says of it."""
    live = place.live
    if live is None:
        return place
    seen = policies.observe(
        live.release.component, live.release, live.configuration, place.environment
    )
    return replace(place, observation=seen)


def doing(deployment: Deployment) -> Observation:
    """How what this deployment put here does now, as the component's page says it."""
    return policies.observe(
        deployment.component,
        deployment.release,
        deployment.configuration,
        deployment.environment,
    )


def serving(places: Iterable[Place], release: Release) -> list[Place]:
    """Those places that serve this release."""
    return [place for place in places if place.live and place.live.release_id == release.pk]


def next_place(deployment: Deployment) -> Environment | None:
    """Where this release could go from here, unless it serves there already."""
    place = environments.after(deployment.environment)
    if place is None:
        return None
    serving = Live.objects.filter(
        component=deployment.component, environment=place, release=deployment.release
    )
    return None if serving.exists() else place
