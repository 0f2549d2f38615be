"""Runs in lists: of everything, and of one component; and what this floor brings to its page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deployments.environments import queries as environments
from pipelines.deliveries import queries as deliveries
from pipelines.runs import bars, queries
from pipelines.runs.models import Run
from portal import htmx, pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

FILTERS = ("component", "environment", "state")


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """A line for each run, newest first; the lines alone where htmx asks again."""
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    upto, before = request.GET.get("upto", ""), request.GET.get("before", "")
    page, newer = pages.followed(queries.filtered(**given), upto=upto, before=before)
    if htmx.is_fragment(request):
        lines = {"page": page, "newer": newer}
        return htmx.live(request, "pipelines/runs/_list.html", lines, is_over=False)
    shown = {
        "page": page,
        "newer": newer,
        "given": given,
        "is_filtered": any(given.values()),
        "environments": environments.environments(),
        "states": Run.State.choices,
    }
    return render(request, "pipelines/runs/list.html", shown)


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of a component."""
    component = catalog.component(name)
    rows = queries.filtered(component=name, environment=request.GET.get("environment", ""))
    shown = {
        "component": component,
        "page": pages.newest(rows, before=request.GET.get("before", "")),
    }
    return render(request, "pipelines/runs/of_component.html", shown)


@require_safe
def strip(request: SignedInRequest, name: str) -> HttpResponse:
    """The last runs as bars, for the page of a component."""
    component = catalog.component(name)
    environment, seen = queries.strip_of(component)
    shown = {
        "component": component,
        "environment": environment,
        "strip": bars.strip(seen),
        "runs": seen,
    }
    return render(request, "pipelines/runs/_strip.html", shown)


@require_safe
def clients(request: SignedInRequest, name: str) -> HttpResponse:
    """Who receives what it makes, and what stands there now."""
    component = catalog.component(name)
    shown = {"component": component, "deliveries": deliveries.newest_by_client(component)}
    return render(request, "pipelines/runs/_clients.html", shown)
