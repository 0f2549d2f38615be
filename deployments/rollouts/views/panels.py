"""What this floor brings to the page of a component."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.releases import queries as releases
from deployments.rollouts import queries, verdicts
from portal import navigation
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

IN_MARGIN = 5


@require_safe
def now(request: SignedInRequest, name: str) -> HttpResponse:
    """Right now: one line an environment, and beside the name how all of it stands."""
    component = catalog.component(name)
    places = queries.with_told(component, queries.matrix(component, with_health=True))
    at = timezone.now()
    words = navigation.under_environments(component, at)
    notices = navigation.notices(component, at)
    shown = {
        "component": component,
        "places": [
            (place, verdicts.of_place(place), words.get(place.environment.pk, ""))
            for place in reversed(places)
        ],
        "overall": verdicts.beside(verdicts.overall(places), notices),
        "notices": notices,
        "under_way": [place.deployment for place in places if place.deployment],
        "rejected": [place for place in places if place.rejection],
    }
    return render(request, "deployments/rollouts/_now.html", shown)


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What is being deployed for the teams of this person, for the home page."""
    shown = {"deployments": queries.under_way(request.user)}
    return render(request, "deployments/rollouts/_mine.html", shown)


@require_safe
def versions(request: SignedInRequest, name: str) -> HttpResponse:
    """The newest releases, where they are live, and which of them are rejected."""
    component = catalog.component(name)
    rows = releases.newest(component, IN_MARGIN)
    places = queries.matrix(component)
    shown = {
        "component": component,
        "releases": rows,
        "rejections": {r.release_id: r for r in releases.rejections(rows).values()},
        "places": {row.pk: queries.serving(places, row) for row in rows},
    }
    return render(request, "deployments/rollouts/_versions.html", shown)
