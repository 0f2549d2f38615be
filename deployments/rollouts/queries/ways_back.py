"""Where a rollback could go: pairs that were live here, and why some of them are no way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Max

from deployments.environments.models import Environment
from deployments.policies import queries as policies
from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts.models import Configuration, Deployment
from deployments.rollouts.queries import standing
from portal.catalog.models import Component

MOST_DEPLOYMENTS = 200  # how far back the list looks; a release that is named is always found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that was live here. `obstacle` says why it is no way back, "" where it is one."""

    release: Release
    configuration: Configuration
    deployment: Deployment  # the last that made it live here
    live_at: datetime
    health: str
    message: str
    obstacle: str

    @property
    def is_possible(self) -> bool:
        return not self.obstacle


def rollback_candidates(
    component: Component, environment: Environment, most: int = 10
) -> list[Candidate]:
    """Earlier pairs, newest first, each with what stands in its way."""
    return list(islice(ways_back(component, environment), most))


def one_each(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One pair a release: the newest that is a way back, for going back names a release."""
    found: dict[UUID, Candidate] = {}
    for one in candidates:
        held = found.get(one.release.pk)
        if held is None or (one.is_possible and not held.is_possible):
            found[one.release.pk] = one
    return list(found.values())


def ways_back(
    component: Component, environment: Environment, release: Release | None = None
) -> Iterator[Candidate]:
    """The same, one by one: an emergency asks the target only until one fits."""
    live = standing.live(component, environment)
    if live is None:
        return
    pairs = list(_pairs(component, environment, release))
    rejections = releases.rejections([deployment.release for deployment in pairs])
    left = _left_by_rollback(component, environment)
    for deployment in pairs:
        if deployment.release_id == live.release_id:
            continue
        rejection = rejections.get((component.pk, deployment.release.digest))
        if deployment.release.digest == live.release.digest:
            obstacle = f"has the same content as {live.release}, which is live"
        elif rejection:
            who, why = rejection.rejected_by.full_name, rejection.reason
            obstacle = f"was rejected by {who}: “{why}”"
        elif deployment.release_id in left:
            obstacle = "was rolled back from here"
        else:
            obstacle = ""
        yield _judged(deployment, obstacle, environment)


def _judged(deployment: Deployment, obstacle: str, environment: Environment) -> Candidate:
    """With the target's word; a release that does badly here is no way back."""
    health, message = "unknown", ""
    if not obstacle:
        seen = policies.observe(
            deployment.component, deployment.release, deployment.configuration, environment
        )
        health, message = seen.health, seen.message
        obstacle = f"did badly here: {message}" if health == "degraded" else ""
    assert deployment.live_at is not None
    return Candidate(
        release=deployment.release,
        configuration=deployment.configuration,
        deployment=deployment,
        live_at=deployment.live_at,
        health=health,
        message=message,
        obstacle=obstacle,
    )


def _pairs(
    component: Component, environment: Environment, release: Release | None
) -> Iterator[Deployment]:
    """The newest deployment of each pair that was live here, newest first."""
    rows = Deployment.objects.filter(
        component=component, environment=environment, live_at__isnull=False
    ).select_related("component", "release", "configuration")
    if release is not None:
        rows = rows.filter(release=release)
    seen: set[tuple[object, object]] = set()
    for row in rows.order_by("-live_at", "-id")[:MOST_DEPLOYMENTS]:
        if (pair := (row.release_id, row.configuration_id)) not in seen:
            seen.add(pair)
            yield row


def _left_by_rollback(component: Component, environment: Environment) -> set[object]:
    """Releases that were rolled back from, and not deployed here again since."""
    rows = Deployment.objects.filter(
        component=component, environment=environment, live_at__isnull=False
    )
    rollbacks = rows.filter(kind=Deployment.Kind.ROLLBACK)
    left = dict(rollbacks.values_list("previous_release").annotate(Max("live_at")))
    again = dict(
        rows.exclude(kind=Deployment.Kind.ROLLBACK)
        .filter(release__in=left)
        .values_list("release")
        .annotate(Max("live_at"))
    )
    return {release for release, at in left.items() if release not in again or again[release] < at}
