"""Deployments in lists: of everything, and of one component."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.environments import queries as environments
from deployments.matrix.cards import cards
from deployments.rollouts import queries
from deployments.rollouts.models import Deployment
from portal import htmx, lately, pages
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

FILTERS = ("component", "environment", "state", "kind", "by", "team")
COUNTED = timedelta(days=7)


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """A sentence for each deployment, newest first; the rows alone where htmx asks again."""
    given = {name: request.GET.get(name, "").strip() for name in (*FILTERS, "days")}
    rows = queries.history(**{name: given[name] for name in FILTERS})
    rows = lately.within(rows, given["days"], timezone.now())
    shown = _rows(request, rows)
    if htmx.is_fragment(request):
        return htmx.live(request, "deployments/rollouts/_list.html", shown, is_over=False)
    frame = {**_frame(given), "mine": [one.team.name for one in accounts.teams_of(request.user)]}
    return render(request, "deployments/rollouts/list.html", {**shown, **frame})


def _frame(given: dict[str, str]) -> dict[str, Any]:
    """What stands around the rows: cards, counts and choices."""
    others = queries.history(**{name: given[name] for name in FILTERS if name != "state"})
    tally = queries.tally(others, timezone.now(), COUNTED)
    return {
        "given": given,
        "is_filtered": any(given.values()),
        "cards": cards(given["component"]),
        "counts": [(state, tally[state]) for state in Deployment.State if state in tally],
        "environments": environments.environments(),
        "states": Deployment.State.choices,
        "kinds": Deployment.Kind.choices,
        "days": lately.DAYS,
    }


def _rows(request: SignedInRequest, rows: QuerySet[Deployment]) -> dict[str, Any]:
    """A page of rows. Someone who reads further down (`upto`) is told of newer ones only."""
    given = request.GET
    page, newer = pages.followed(rows, upto=given.get("upto", ""), before=given.get("before", ""))
    return {"page": page, "newer": newer, **marks(page.rows)}


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of a component."""
    component = catalog.component(name)
    rows = queries.history(component=component.name)
    page = pages.newest(rows, before=request.GET.get("before", ""))
    shown = {"component": component, "page": page, **marks(page.rows)}
    return render(request, "deployments/rollouts/of_component.html", shown)


def marks(rows: Iterable[Deployment]) -> dict[str, Any]:
    """What rows of deployments show beside themselves: what serves there now, what was undone."""
    found = list(rows)
    return {"serving": queries.places_of(found), "reversed": queries.reversed_of(found)}
