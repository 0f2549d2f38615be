"""Runs in lists: of everything, and of one component; and what this floor brings to its page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
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

FILTERS = ("component", "environment", "team", "by", "version")  # beside state and time


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """A line for each run, newest first; the lines alone where htmx asks again."""
    given = {name: request.GET.get(name, "").strip() for name in (*FILTERS, "state", "days")}
    upto, before = request.GET.get("upto", ""), request.GET.get("before", "")
    of_any_state = queries.filtered(**{name: given[name] for name in FILTERS})
    of_any_state = lately.within(of_any_state, given["days"], timezone.now())
    state = given["state"]
    rows = of_any_state.filter(state=state) if state else of_any_state
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
        **_counts(given, of_any_state),
    }
    return render(request, "pipelines/runs/list.html", shown)


def _counts(given: dict[str, str], of_any_state: QuerySet[Run]) -> dict[str, Any]:
    """By state: of all runs what is open or did not end well, of fewer all that fit."""
    is_narrowed = any(value for name, value in given.items() if name != "state")
    if is_narrowed:
        found = queries.by_state(of_any_state)
        said = {state: str(found[state]) for state in found}
    else:
        found = queries.tally(timezone.now())
        most = queries.MOST_COUNTED
        said = {state: f"{most}+" if found[state] >= most else str(found[state]) for state in found}
    return {
        "counts": [
            (state, said.get(state, "0"))
            for state in Run.State
            if state in said or (is_narrowed and state == given["state"])
        ],
        "is_narrowed": is_narrowed,
        "most_narrowed": queries.MOST_NARROWED,
        "has_more": sum(found.values()) >= queries.MOST_NARROWED,
    }


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
