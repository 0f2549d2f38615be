"""The service map: drawn and as a table, of everything or around one component."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.servicemap import asking, mapped, queries
from observability.servicemap.mapped import Edge, Thing
from observability.servicemap.peers import OTHER, QUEUE, Node
from observability.servicemap.queries import Map
from portal import navigation
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.errors import NotFound
from portal.graph.views import PICTURE


@PICTURE  # type: ignore[arg-type]  # it says less of the request than we know
@require_safe
def whole(request: SignedInRequest) -> HttpResponse:
    """Everything that was seen or declared, or so many steps around one thing."""
    return render(request, "observability/servicemap/map.html", _shown(request))


@PICTURE  # type: ignore[arg-type]  # it says less of the request than we know
@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of a component: who calls it, whom it calls."""
    component = catalog.component(name)
    return render(request, "observability/servicemap/of_component.html", _shown(request, component))


@require_safe
def data(request: SignedInRequest) -> HttpResponse:
    """The map for the browser that draws it."""
    found = Map(asking.read(request.GET.dict()), request.user, timezone.now())
    picture = found.picture
    things = found.things(picture.nodes)
    return JsonResponse(
        {
            "center": mapped.identity(found.center) if found.center else None,
            "things": [_thing(things[node]) for node in picture.nodes],
            "edges": [_edge(edge, found.seconds) for edge in found.timed(picture.edges)],
        }
    )


@require_safe
def thing(request: SignedInRequest) -> HttpResponse:
    """What stands beside one thing, with the figures, for the panel at the picture's side."""
    given = request.GET.dict()
    node = (given.get("kind", ""), given.get("name", ""))
    if node[0] not in mapped.LABELS:
        raise NotFound("There is no such thing on the map.")
    asked = asking.read({**given, "depth": "1"}, around=mapped.identity(node))
    return render(request, "observability/servicemap/_thing.html", _beside(request, asked, node))


def _beside(request: SignedInRequest, asked: asking.Asked, node: Node) -> dict[str, Any]:
    found = Map(asked, request.user, timezone.now())
    edges = found.timed(mapped.ordered(found.every, "calls")[:MOST_BESIDE])
    things = found.things([node, *(end for edge in edges for end in edge.ends)])
    return {
        "thing": things[node],
        "asked": asked,
        "map": found,
        "calls": [_row(edge, things, found) for edge in edges if edge.caller == node],
        "called": [_row(edge, things, found) for edge in edges if edge.callee == node],
    }


MOST_BESIDE = 40  # edges in the panel


def _shown(request: SignedInRequest, component: Component | None = None) -> dict[str, Any]:
    asked = asking.read(request.GET.dict(), around=component.name if component else "")
    found = Map(asked, request.user, timezone.now())
    page = found.rows(request.GET.get("after", ""))
    things = found.things(end for edge in page.edges for end in edge.ends)
    given = request.GET.copy()
    if component:
        given["around"] = component.name
    given.pop("after", None)
    return {
        "component": component,
        "asked": asked,
        "map": found,
        "picture": found.picture,
        "rows": [_row(edge, things, found) for edge in page.edges],
        "more": page.more,
        "ways": [(way, label, found.counts.of(way)) for way, label in asking.WAYS.items()],
        "total": found.counts.of(""),
        "windows": [(name, words) for name, (words, *_) in asking.WINDOWS.items()],
        "sorts": asking.SORTS,
        "depths": range(1, asking.DEEPEST + 1),
        "environments": [name for name, _ in navigation.environments()],
        "data": f"{reverse('observability:service-map-data')}?{given.urlencode()}",
        "progress": queries.progress(),
    }


def _row(edge: Edge, things: dict[Node, Thing], found: Map) -> dict[str, Any]:
    """An edge with both ends and where its traces are searched."""
    caller, callee = things[edge.caller], things[edge.callee]
    return {
        "edge": edge,
        "caller": caller,
        "callee": callee,
        "rate": mapped.rate(edge.calls, found.seconds) if edge.calls else "",
        "declaring": _declaring(edge, caller, callee),
        "searched": caller.searched or callee.searched,
    }


def _declaring(edge: Edge, caller: Thing, callee: Thing) -> dict[str, str]:
    """Whose dependency this edge is, for who may declare it or take that back; {} for others."""
    takes = edge.caller[0] == QUEUE
    owner, other = (callee, caller) if takes else (caller, callee)
    if not owner.can_change or other.node[0] == OTHER:
        return {}
    asked = {"kind": "taken" if takes else other.node[0], "name": other.name}
    return {"owner": owner.name, "asked": urlencode(asked)}


def _thing(one: Thing) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.node[0],
        "name": one.name,
        "label": one.label,
        "team": one.team,
        "url": one.url,
        "state": "unowned" if one.is_unowned else "",
        "tone": "warn" if one.is_unowned else "neutral",
    }


def _edge(edge: Edge, seconds: float) -> dict[str, Any]:
    return {
        "source": mapped.identity(edge.caller),
        "target": mapped.identity(edge.callee),
        "how": asking.WAYS[edge.way],
        "text": mapped.words(edge, seconds),
        "mark": {"both": "both", "seen": "seen", "declared": "unseen"}[edge.way],
        "tone": "bad" if edge.is_failing else "neutral",
    }
