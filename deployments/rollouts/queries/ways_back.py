"""Where a rollback could go: pairs that were live here, and why some of them are no way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Max, Q, QuerySet

from deployments.environments.models import Environment
from deployments.policies import queries as policies
from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts.configuration import counted, difference
from deployments.rollouts.models import Configuration, Deployment, Live
from deployments.rollouts.queries import standing
from deployments.targets.base import Observation
from portal.catalog.models import Component

MOST_DEPLOYMENTS = 200  # how far back the list looks; a release that is named is always found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that was live here. `obstacle` says why it is no way back, "" where it is one.

    `warning` says why nobody should go there without meaning to: only who names it does.
    `changes` says which version and values would be others than now, where that is not plain.
    """

    release: Release
    configuration: Configuration
    deployment: Deployment  # the last that made it live here
    live_at: datetime
    health: str
    message: str
    warning: str
    obstacle: str
    changes: str
    was_left: bool  # by a rollback, and not deployed here again since
    is_alike: bool  # its content is what is live and does badly, by the same word

    def __str__(self) -> str:
        return f"{self.release} with {self.configuration}"

    @property
    def content(self) -> tuple[str, Mapping[str, Any]]:
        """What it runs and with what values, whatever their numbers are."""
        return _content(self.deployment)

    @property
    def is_possible(self) -> bool:
        return not self.obstacle

    @property
    def is_advisable(self) -> bool:
        return not self.obstacle and not self.warning


def rollback_candidates(
    component: Component, environment: Environment, most: int = 10
) -> list[Candidate]:
    """Earlier pairs, newest first, each with what stands in its way."""
    return list(islice(ways_back(component, environment), most))


def unasked(candidates: Iterable[Candidate]) -> Candidate | None:
    """The newest that nobody has to name.

    What has the content of a live pair that does badly comes last: most likely it fails as well.
    """
    advisable = (each for each in candidates if each.is_advisable)
    return _first(advisable, but_last=lambda each: each.is_alike)


def by_name(candidates: Iterable[Candidate]) -> Candidate | None:
    """The newest of those that fit a name, one that was left by a rollback last."""
    possible = (each for each in candidates if each.is_possible)
    return _first(possible, but_last=lambda each: each.was_left)


def _first(
    candidates: Iterable[Candidate], *, but_last: Callable[[Candidate], bool]
) -> Candidate | None:
    spare = None
    for candidate in candidates:
        if not but_last(candidate):
            return candidate
        spare = spare or candidate
    return spare


def is_alone(live: Live) -> bool:
    """Whether nothing else ever was live in its place: there is nothing to go back to."""
    others = Deployment.objects.filter(
        component=live.component_id, environment=live.environment_id, live_at__isnull=False
    ).exclude(release=live.release_id, configuration=live.configuration_id)
    return not others.exists()


def ways_back(
    component: Component,
    environment: Environment,
    release: Release | None = None,
    configuration: int | None = None,
) -> Iterator[Candidate]:
    """The same, one by one: an emergency asks the target only until one fits.

    `release` and `configuration` (a revision's number) leave out the others.
    """
    live = standing.live(component, environment)
    if live is None:
        return
    pairs = list(_pairs(component, environment, release, configuration))
    rejections = releases.rejections([deployment.release for deployment in pairs])
    left = _left_by_rollback(component, environment)
    for deployment in pairs:
        if _pair(deployment) == _pair(live):
            continue
        rejection = rejections.get((component.pk, deployment.release.digest))
        if _content(deployment) == _content(live):
            live_pair = f"{live.release} with {live.configuration}"
            obstacle = f"has the same content and settings as {live_pair}, which is live"
        elif rejection:
            who, why = rejection.rejected_by.full_name, rejection.reason
            obstacle = f"was rejected by {who}: “{why}”"
        else:
            obstacle = ""
        was_left = _pair(deployment) in left
        yield _judged(deployment, obstacle, live, environment, was_left=was_left)


def _pair(of: Deployment | Live) -> tuple[object, object]:
    return of.release_id, of.configuration_id


def _content(of: Deployment | Live) -> tuple[str, Mapping[str, Any]]:
    return of.release.digest, of.configuration.values


def _judged(
    deployment: Deployment, obstacle: str, live: Live, environment: Environment, *, was_left: bool
) -> Candidate:
    """With the target's word, which warns of a pair that does badly here."""
    seen, is_alike = Observation("unknown", ""), False
    if not obstacle:
        seen, is_alike = _seen(deployment, live, environment)
    assert deployment.live_at is not None
    return Candidate(
        release=deployment.release,
        configuration=deployment.configuration,
        deployment=deployment,
        live_at=deployment.live_at,
        health=seen.health,
        message=seen.message,
        warning=_warnings(seen, was_left=was_left),
        obstacle=obstacle,
        changes=_changes(deployment, live),
        was_left=was_left,
        is_alike=is_alike,
    )


def _warnings(seen: Observation, *, was_left: bool) -> str:
    """Somebody left it: a second click at night must not bring it back, who names it may."""
    left = "was rolled back from here" if was_left else ""
    return ", and ".join(filter(None, [left, _warning(seen)]))


def _warning(seen: Observation) -> str:
    """Who goes back trusts that it did well. A target that can't tell speaks against nothing."""
    if seen.health == "degraded":
        return f"did badly here: {seen.message}"
    return "was live here and never ran" if seen.never_ran else ""


def _changes(deployment: Deployment, live: Live) -> str:
    """ "same version; 2 values change: limits.memory_mb, limits.seconds" """
    values = difference(live.configuration.values, deployment.configuration.values)
    same = "same version" if deployment.release_id == live.release_id else ""
    return "; ".join(filter(None, [same, counted(values)]))


def _seen(deployment: Deployment, live: Live, environment: Environment) -> tuple[Observation, bool]:
    """How a pair did here, by the target's word; and whether that is the live pair's bad word.

    What a target says of the live pair too, it says of the content that both share. It is no
    witness against an earlier configuration, for with it a bad one could never be left; nor does
    it speak for one.
    """
    component, release = deployment.component, deployment.release
    seen = policies.observe(component, release, deployment.configuration, environment)
    if not _warning(seen) or release.digest != live.release.digest:
        return seen, False
    if seen != policies.observe(component, live.release, live.configuration, environment):
        return seen, False
    said = f"Told for any configuration of it alike: {seen.message}"
    return Observation("unknown", said), seen.health == "degraded"


def _pairs(
    component: Component,
    environment: Environment,
    release: Release | None,
    configuration: int | None,
) -> Iterator[Deployment]:
    """The newest deployment of each pair that was live here, newest first."""
    rows = Deployment.objects.filter(
        component=component, environment=environment, live_at__isnull=False
    ).select_related("component", "release", "configuration")
    if release is not None:
        rows = rows.filter(release=release)
    if configuration is not None:
        rows = rows.filter(configuration__number=configuration)
    seen: set[tuple[object, object]] = set()
    for row in rows.order_by("-live_at", "-id")[:MOST_DEPLOYMENTS]:
        if (pair := _pair(row)) not in seen:
            seen.add(pair)
            yield row


def _left_by_rollback(component: Component, environment: Environment) -> set[tuple[object, object]]:
    """Pairs that were rolled back from, and not deployed here again since."""
    rows = Deployment.objects.filter(
        component=component, environment=environment, live_at__isnull=False
    )
    is_rollback = Q(kind=Deployment.Kind.ROLLBACK)
    left = _latest(rows.filter(is_rollback), "previous_release", "previous_configuration")
    again = _latest(
        rows.filter(~is_rollback, release__in={release for release, _ in left}),
        "release",
        "configuration",
    )
    return {pair for pair, at in left.items() if pair not in again or again[pair] < at}


def _latest(
    rows: QuerySet[Deployment], release: str, configuration: str
) -> dict[tuple[object, object], datetime]:
    """When each pair was last concerned."""
    found = rows.values_list(release, configuration).annotate(Max("live_at"))
    return {(row[0], row[1]): row[2] for row in found}
