"""The way to production: what another place on it, or another environment, would mean there."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef

from deployments.environments.models import Environment
from deployments.rollouts.models import Deployment
from portal.files.findings import listed


def upset(*, name: str, order: int) -> str:
    """What would come after another environment by it, and what waits there and would be stopped.

    `name` may be of one that is not made yet. "" where production comes after what it does now.
    """
    places = list(Environment.objects.order_by("order"))
    now = {place.name: place.order for place in places}
    then = {**now, name: order}
    return " ".join(
        _words(place, before, after)
        for place in places
        if place.is_production
        and (before := _before(place.name, now)) != (after := _before(place.name, then))
    )


def _before(name: str, orders: Mapping[str, int]) -> str:
    earlier = {order: other for other, order in orders.items() if order < orders[name]}
    return earlier[max(earlier)] if earlier else ""


def _words(place: Environment, before: str, after: str) -> str:
    instead = f", not {before}" if before else ""
    if not after:
        return f"{place.name} would come first{instead}: nothing has to be live elsewhere before."
    stopped = _stopped(place, after)
    also = f" That stops what waits: {listed(stopped)}." if stopped else ""
    return (
        f"{place.name} would come right after {after}{instead}: only what was live in {after} can "
        f"be deployed there then.{also}"
    )


def _stopped(place: Environment, after: str) -> list[str]:
    was_there = Deployment.objects.filter(
        component=OuterRef("component"),
        release=OuterRef("release"),
        environment__name=after,
        live_at__isnull=False,
    )
    waiting = Deployment.objects.filter(
        ~Exists(was_there),
        environment=place,
        state=Deployment.State.AWAITING_APPROVAL,
        kind=Deployment.Kind.RELEASE,
    )
    rows = waiting.select_related("component", "release").order_by("pk")[:100]
    return [f"{row.component.name} {row.release} (#{row.number})" for row in rows]
