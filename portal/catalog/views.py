"""The catalog and the page of a component."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal import navigation, pages
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.audit import queries as audit
from portal.catalog import graph, queries
from portal.catalog.models import Component, Dependency


def listing(request: SignedInRequest) -> HttpResponse:
    """Everything that someone answers for, with what is live of it."""
    given = {key: request.GET.get(key, "").strip() for key in ("q", "kind", "team")}
    rows = queries.components(search=given["q"], kind=given["kind"], team=given["team"])
    page = queries.by_name(rows, after=request.GET.get("after", ""))
    shown = {
        "page": page,
        "given": given,
        "facts": navigation.facts(page.rows),
        "kinds": Component.Kind.choices,
        "teams": accounts.teams().order_by("name"),
    }
    return render(request, "portal/catalog/list.html", shown)


def detail(request: SignedInRequest, name: str) -> HttpResponse:
    """The page of a component; what the floors above know is loaded panel by panel."""
    component = queries.component(name)
    shown = {
        "component": component,
        "picture": _picture(component),
        "panels": navigation.COMPONENT_PANELS,
        "margin": navigation.COMPONENT_MARGIN,
    }
    return render(request, "portal/catalog/detail.html", shown)


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
