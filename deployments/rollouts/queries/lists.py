"""What lists of components show: one line for each place that serves something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from deployments.releases.models import Rejection
from deployments.rollouts.models import Deployment, Hold, Live
from deployments.rollouts.queries.told import is_well, told_live
from observability.changes.models import Change
from portal.catalog.models import Component
from portal.tones import Tone


@dataclass(frozen=True, slots=True)
class LiveLine:
    """What one environment serves, and how that stands."""

    environment: str
    release: str
    tone: Tone
    icon: str
    label: str


def live_of(components: Sequence[Component]) -> dict[UUID, list[LiveLine]]:
    """Lines by component, the most important environment first; four queries for any number."""
    rows = (
        Live.objects.filter(component__in=components, channel=Live.Channel.STABLE)
        .order_by("-environment__order")
        .values_list(
            "component_id",
            "environment_id",
            "environment__name",
            "release__number",
            "release__digest",
        )
    )
    rejected = set(
        Rejection.objects.active()
        .filter(component__in=components)
        .values_list("component_id", "digest")
    )
    held = _places(Hold.objects.filter(component__in=components, resumed_at=None))
    moving = _places(
        Deployment.objects.filter(component__in=components, state__in=Deployment.UNFINISHED)
    )
    found: dict[UUID, list[LiveLine]] = defaultdict(list)
    for component, environment, name, number, digest in rows:
        tone, icon, label = _standing(
            is_rejected=(component, digest) in rejected,
            is_moving=(component, environment) in moving,
            is_held=(component, environment) in held,
        )
        found[component].append(LiveLine(name, f"v{number}", tone, icon, label))
    return dict(found)


def serving_of(components: Sequence[Component]) -> dict[UUID, list[LiveLine]]:
    """The same, and where nothing of ours is live what others told of; one query more for those."""
    found = live_of(components)
    for (component, _), change in told_live(
        one for one in components if one.pk not in found
    ).items():
        found.setdefault(component, []).append(_told(change))
    return found


def _told(change: Change) -> LiveLine:
    place, release = change.environment, change.release or "live"
    if is_well(change):
        return LiveLine(place, release, "good", "good", "live")
    return LiveLine(place, release, "warn", "warn", "not well")


def running() -> int:
    """How many deployments are being made now, by the index of what is not over."""
    return Deployment.objects.filter(state=Deployment.State.RUNNING).count()


def _places(rows: object) -> set[tuple[UUID, UUID]]:
    return set(rows.values_list("component_id", "environment_id"))  # type: ignore[attr-defined]


def _standing(*, is_rejected: bool, is_moving: bool, is_held: bool) -> tuple[Tone, str, str]:
    if is_rejected:
        return "bad", "ban", "live, rejected"
    if is_moving:
        return "running", "running", "another version is on its way"
    if is_held:
        return "warn", "pause", "paused"
    return "good", "good", "live"
