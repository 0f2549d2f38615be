"""The graph of dependencies: a page, a tab of each component, its data, and one thing of it."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.catalog import queries as catalog
from portal.errors import NotFound
from portal.graph import queries
from portal.graph.queries import Wanted
from portal.graph.telling import as_json
from portal.graph.things import KINDS, Graph, Key

# Cytoscape puts one style element into the page: ".__________cytoscape_container {…}"
PICTURE = csp_update({"style-src": ["'sha256-pgvDUBa4IjFA2yuSJ2cqcyxmNYJMborsd0ORcRv9vw8='"]})


@PICTURE  # type: ignore[arg-type]  # it says less of the request than we know
@require_safe
def graph(request: SignedInRequest) -> HttpResponse:
    """What depends on what: of a team, or around a thing."""
    wanted = Wanted.read(request.GET.dict())
    shown = _shown(request, _graph(request, wanted), wanted)
    teams = Team.objects.order_by("name").values_list("name", flat=True)
    return render(request, "portal/graph/graph.html", {**shown, "teams": teams})


@PICTURE  # type: ignore[arg-type]  # it says less of the request than we know
@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of a component: what stands before and behind it."""
    component = catalog.component(name)
    wanted = Wanted.read(request.GET.dict(), center=("component", name))
    shown = _shown(request, _graph(request, wanted), wanted)
    return render(request, "portal/graph/of_component.html", {**shown, "component": component})


@require_safe
def data(request: SignedInRequest) -> HttpResponse:
    """The graph for the browser that draws it."""
    return JsonResponse(as_json(_graph(request, Wanted.read(request.GET.dict()))))


@require_safe
def thing(request: SignedInRequest) -> HttpResponse:
    """One thing of the graph, with what stands beside it, for the panel at its side."""
    key = (request.GET.get("kind", ""), request.GET.get("name", ""))
    if key[0] not in KINDS:
        raise NotFound("There is no such thing in the graph.")
    found = _graph(request, Wanted(center=key, depth=1))
    shown = _beside(found, key)
    return render(request, "portal/graph/_thing.html", {**shown, "thing": shown["center"]})


def _graph(request: SignedInRequest, wanted: Wanted) -> Graph:
    return queries.graph(wanted, by=request.user, now=timezone.now())


def _beside(found: Graph, key: Key) -> dict[str, Any]:
    """A thing with what stands next to it."""
    return {"center": found.thing(key), "before": found.before(key), "behind": found.behind(key)}


def _shown(request: SignedInRequest, found: Graph, wanted: Wanted) -> dict[str, Any]:
    given = request.GET.copy()
    if wanted.center:
        given["from"] = ":".join(wanted.center)
    return {
        "graph": found,
        "wanted": wanted,
        **(_beside(found, wanted.center) if wanted.center else {}),
        "data": f"{reverse('portal:component-graph-data')}?{given.urlencode()}",
        "depths": range(1, queries.DEEPEST + 1),
        "tones": sorted({(one.tone, one.state) for one in found.things if one.state}),
    }
