"""Which components are in trouble by where and how they are deployed, for the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deployments.rollouts.models import Hold
from deployments.rollouts.queries import waiting
from portal.arrays import UUIDS, InArray
from portal.home.mine import Standing
from portal.postgresql.questions import Question

_PAUSED = Question(
    lambda teams: (
        Hold.objects.filter(InArray("component__team", teams, UUIDS), resumed_at=None)
        .select_related("environment")
        .order_by("environment__order")
    ),
    teams=UUIDS,
)


def troubles_of(teams: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """What serves something rejected, was not deployed or is paused, worst last; three queries."""
    found = {
        hold.component_id: Standing("warn", "pause", f"Paused in {hold.environment.name}")
        for hold in _PAUSED.rows(teams=teams)
    }
    for deployment in waiting.last_failed(teams, now):
        found[deployment.component_id] = Standing(
            "bad", "bad", f"Not deployed to {deployment.environment.name}"
        )
    for live in waiting.serving_rejected(teams):
        found[live.component_id] = Standing("bad", "ban", f"Rejected in {live.environment.name}")
    return found
