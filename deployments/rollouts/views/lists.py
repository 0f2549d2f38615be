"""Deployments in lists: of everything, and of one component."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from deployments.environments import queries as environments
from deployments.rollouts import queries
from deployments.rollouts.models import Deployment, Live
from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

FILTERS = ("component", "environment", "state", "kind")


def listing(request: SignedInRequest) -> HttpResponse:
    """A sentence for each deployment, newest first."""
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    page = pages.newest(queries.history(**given), before=request.GET.get("before", ""))
    shown = {
        "page": page,
        "given": given,
        "is_filtered": any(given.values()),
        "live": _live(page.rows),
        "reversed": queries.reversed_of(page.rows),
        "environments": environments.environments(),
        "states": Deployment.State.choices,
        "kinds": Deployment.Kind.choices,
    }
    return render(request, "deployments/rollouts/list.html", shown)


def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of a component."""
    component = catalog.component(name)
    rows = queries.history(component=component.name)
    page = pages.newest(rows, before=request.GET.get("before", ""))
    shown = {
        "component": component,
        "page": page,
        "live": _live(page.rows),
        "reversed": queries.reversed_of(page.rows),
    }
    return render(request, "deployments/rollouts/of_component.html", shown)


def _live(rows: Iterable[Deployment]) -> set[UUID]:
    """Which of these deployments serve now."""
    found = Live.objects.filter(deployment__in=rows).values_list("deployment_id", flat=True)
    return set(found)
