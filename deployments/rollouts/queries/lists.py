"""What lists of components show: one line for each place that serves something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from deployments.releases import queries as releases
from deployments.rollouts.models import Deployment, Hold, Live
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
    rows = list(
        Live.objects.filter(component__in=components, channel=Live.Channel.STABLE)
        .select_related("environment", "release")
        .order_by("-environment__order")
    )
    rejected = releases.rejections([row.release for row in rows]) if rows else {}
    held = _places(Hold.objects.filter(component__in=components, resumed_at=None))
    moving = _places(
        Deployment.objects.filter(component__in=components, state__in=Deployment.UNFINISHED)
    )
    found: dict[UUID, list[LiveLine]] = defaultdict(list)
    for row in rows:
        place = (row.component_id, row.environment_id)
        tone, icon, label = _standing(
            is_rejected=(row.component_id, row.release.digest) in rejected,
            is_moving=place in moving,
            is_held=place in held,
        )
        line = LiveLine(row.environment.name, str(row.release), tone, icon, label)
        found[row.component_id].append(line)
    return dict(found)


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
