"""Which components are in trouble by where and how they are deployed, for the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from deployments.rollouts.models import Hold
from deployments.rollouts.queries import waiting
from portal.home.mine import Standing


def troubles_of(teams: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """What serves something rejected, was not deployed or is paused, worst last; three queries."""
    theirs = Q(component__team__in=teams)
    paused = Hold.objects.filter(theirs, resumed_at=None).select_related("environment")
    found = {
        hold.component_id: Standing("warn", "pause", f"Paused in {hold.environment.name}")
        for hold in paused.order_by("environment__order")
    }
    for deployment in waiting.last_failed(now).filter(theirs)[: waiting.MOST]:
        found[deployment.component_id] = Standing(
            "bad", "bad", f"Not deployed to {deployment.environment.name}"
        )
    for live in waiting.serving_rejected(theirs)[: waiting.MOST]:
        found[live.component_id] = Standing("bad", "ban", f"Rejected in {live.environment.name}")
    return found
