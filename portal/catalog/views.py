"""The catalog and the page of a component."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import navigation, pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.audit import queries as audit
from portal.catalog import graph, queries
from portal.catalog import listing as catalog
from portal.catalog.models import Component, Dependency
from portal.facets import address as facet_address
from portal.search import queries as search


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Everything that someone answers for, narrowed down by what is known of it."""
    given = catalog.read(request.GET.dict())
    found = catalog.Listing(given, request.user, timezone.now())
    page = found.page(request.GET.get("after", ""))
    address = request.GET.dict()
    facets = found.facets(address)
    shown = {
        "page": page,
        "given": given,
        "facets": facets,
        "chosen": [value for facet in facets for value in facet.values if value.is_chosen],
        "without_words": facet_address(address, "q", ""),
        "sorts": catalog.SORTS,
        "total": found.total,
        "facts": navigation.facts(page.rows),
        "mended": "" if page else search.mended("component", given.words),
    }
    return render(request, "portal/catalog/list.html", shown)


@require_safe
def detail(request: SignedInRequest, name: str) -> HttpResponse:
    """The page of a component; what the floors above know is loaded panel by panel."""
    component = queries.component(name)
    shown = {
        "component": component,
        "picture": _picture(component),
        "panels": navigation.panels_of(navigation.COMPONENT_PANELS, component.kind),
        "margin": navigation.panels_of(navigation.COMPONENT_MARGIN, component.kind),
    }
    return render(request, "portal/catalog/detail.html", shown)


@require_safe
def checklist(request: SignedInRequest, name: str) -> HttpResponse:
    """What it lacks before others can rely on it, each with where that is mended."""
    component = queries.component(name)
    items, silent = navigation.checks(component, request.user)
    shown = {
        "component": component,
        "total": len(items),
        "met": [item for item in items if item.is_met],
        "lacking": [item for item in items if not item.is_met],
        "silent": silent,
        "can_change": access.may(request.user, "component.change", component),
    }
    return render(request, "portal/catalog/_checklist.html", shown)


@require_safe
def audited(request: SignedInRequest, name: str) -> HttpResponse:
    """Who did what to this component."""
    component = queries.component(name)
    rows = audit.entries().filter(component=component.name)
    page = pages.newest(rows, before=request.GET.get("before", ""))
    return render(request, "portal/catalog/audit.html", {"component": component, "page": page})


def _picture(component: Component) -> graph.Picture:
    declared = list(queries.dependencies(component))
    reads = [_neighbour(d) for d in declared if d.direction == Dependency.Direction.READS]
    feeds = [_neighbour(d) for d in declared if d.direction == Dependency.Direction.FEEDS]
    feeds += [_component(reader.component.name) for reader in queries.readers(component)]
    return graph.draw(component.name, _once(reads), _once(feeds))


def _neighbour(dependency: Dependency) -> graph.Neighbour:
    if dependency.kind == "component":
        return _component(dependency.name)
    return graph.Neighbour(dependency.name)


def _component(name: str) -> graph.Neighbour:
    return graph.Neighbour(name, reverse("portal:component-detail", args=[name]))


def _once(things: list[graph.Neighbour]) -> list[graph.Neighbour]:
    return list({thing.name: thing for thing in things}.values())
