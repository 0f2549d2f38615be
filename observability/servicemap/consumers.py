"""Which components were seen to call a component: who would notice if it went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max, Q
from django.urls import reverse

from observability.servicemap.joining import named
from observability.servicemap.models import ObservedEdge
from observability.servicemap.peers import SERVICE
from portal.catalog.consumers import Consumer
from portal.catalog.models import Component


def callers(component: Component) -> Iterator[Consumer]:
    """Four queries, however many call it. As long as the map remembers it, so does this."""
    seen = _seen(component.name)
    rows = Component.objects.filter(name__in=seen).exclude(pk=component.pk)
    for caller in rows.select_related("team").order_by("name"):
        yield Consumer(
            kind="component",
            name=caller.name,
            team=caller.team,
            seen_at=seen[caller.name],
            url=reverse("portal:component-detail", args=[caller.name]),
        )


def _seen(name: str) -> dict[str, datetime]:
    """When each service called it last, in whatever environment and by whichever of its names."""
    (names,) = named([(SERVICE, name)]).values()
    about = Q()
    for kind, said in names:
        about |= Q(callee_kind=kind, callee=said)
    edges = ObservedEdge.objects.filter(about, caller_kind=SERVICE)
    return dict(edges.values_list("caller").annotate(Max("last_seen_at")))
