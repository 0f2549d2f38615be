"""One card an environment, for the strip above the list of deployments."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.rollouts.models import Deployment, Live


@dataclass(frozen=True, slots=True)
class Card:
    """What an environment serves, what went there last, and how much is on its way there."""

    environment: Environment
    live: int
    under_way: int
    last: Live | None


def cards(component: str = "") -> list[Card]:
    """In the order of promotion; of one component where it is named. Four queries."""
    live = Live.objects.filter(channel=Live.Channel.STABLE)
    open_ones = Deployment.objects.filter(state__in=Deployment.UNFINISHED)
    if component:
        live = live.filter(component__name=component)
        open_ones = open_ones.filter(component__name=component)
    newest = live.filter(environment=OuterRef("pk")).order_by("-since_at").values("pk")
    places = list(environments.environments().annotate(newest=Subquery(newest[:1])))
    last = live.select_related("component", "release", "deployment").in_bulk(
        [place.newest for place in places if place.newest]
    )
    serving, moving = _by_environment(live), _by_environment(open_ones)
    return [
        Card(place, serving.get(place.pk, 0), moving.get(place.pk, 0), last.get(place.newest))
        for place in places
    ]


def _by_environment(rows: QuerySet) -> dict[object, int]:
    counted = rows.order_by().values_list("environment_id").annotate(number=Count("pk"))
    return dict(counted)
