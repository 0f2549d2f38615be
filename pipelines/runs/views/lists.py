"""Runs in lists: of everything, and of one component; and what this floor brings to its page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.environments import queries as environments
from pipelines.deliveries import queries as deliveries
from pipelines.runs import bars, queries
from pipelines.runs.models import Run
from portal import htmx, lately, pages
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

FILTERS = ("component", "environment", "state", "team", "by", "version")


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """A line for each run, newest first; the lines alone where htmx asks again."""
    given = {name: request.GET.get(name, "").strip() for name in (*FILTERS, "days")}
    upto, before = request.GET.get("upto", ""), request.GET.get("before", "")
    rows = queries.filtered(**{name: given[name] for name in FILTERS})
    rows = lately.within(rows, given["days"], timezone.now())
    page, newer = pages.followed(rows, upto=upto, before=before)
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
        "days": lately.DAYS,
        "mine": [one.team.name for one in accounts.teams_of(request.user)],
        "counts": _counts(given),
    }
    return render(request, "pipelines/runs/list.html", shown)


def _counts(given: dict[str, str]) -> list[tuple[Run.State, str]]:
    """By state, where all runs are meant: of some only walking through them would tell."""
    if any(value for name, value in given.items() if name != "state"):
        return []
    found = queries.tally(timezone.now())
    most = queries.MOST_COUNTED
    return [
        (state, f"{found[state]}+" if found[state] >= most else str(found[state]))
        for state in Run.State
        if state in found
    ]


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
