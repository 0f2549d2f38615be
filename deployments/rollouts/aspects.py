"""What the catalog can be narrowed down by: where something is live, and how it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from deployments.environments import queries as environments
from deployments.releases.models import Rejection
from deployments.rollouts.models import Deployment, Hold, Live
from portal.catalog.aspects import Aspect, Rows
from portal.facets import Choice

NOWHERE = "nowhere"


def _live() -> QuerySet[Live]:
    return Live.objects.filter(channel=Live.Channel.STABLE)


def _live_in(value: str, _: datetime) -> Q:
    if value == NOWHERE:
        return ~Q(pk__in=_live().values("component_id"))
    return Q(pk__in=_live().filter(environment__name=value).values("component_id"))


def _count_live(rows: Rows, _: datetime) -> Sequence[Choice]:
    """Environments, the most important first, and nowhere; three queries."""
    counts = dict(
        _live()
        .filter(component__in=rows)
        .values_list("environment__name")
        .annotate(number=Count("pk"))
        .order_by()
    )
    found = [
        Choice(place.name, place.name, counts.get(place.name, 0))
        for place in environments.environments().reverse()
    ]
    nowhere = rows.exclude(pk__in=_live().values("component_id")).count()
    return [*found, Choice(NOWHERE, "nowhere", nowhere)]


def _rejected() -> QuerySet[Live]:
    """What serves and was judged wrong, by way of the few rejections that are in force."""
    active = Rejection.objects.active()
    same = active.filter(component=OuterRef("component"), digest=OuterRef("release__digest"))
    return _live().filter(Exists(same), component__in=active.values("component_id"))


STANDINGS = {
    "rejected": ("live, rejected", "ban", "bad", _rejected),
    "paused": ("paused", "pause", "warn", lambda: Hold.objects.filter(resumed_at=None)),
    "moving": (
        "being deployed",
        "running",
        "running",
        lambda: Deployment.objects.filter(state__in=Deployment.UNFINISHED),
    ),
}


def _stands(value: str, _: datetime) -> Q:
    if value not in STANDINGS:
        return Q(pk__in=[])
    return Q(pk__in=STANDINGS[value][3]().values("component_id"))


def _count_standings(rows: Rows, _: datetime) -> Sequence[Choice]:
    """One query each; each looks at what is unusual only, which is little."""
    return [
        Choice(
            value,
            label,
            rows.filter(pk__in=unusual().values("component_id")).count(),
            icon=icon,
            tone=tone,
        )
        for value, (label, icon, tone, unusual) in STANDINGS.items()
    ]


LIVE = Aspect("live", "Live in", _live_in, _count_live)
STANDING = Aspect("stands", "Stands", _stands, _count_standings)
