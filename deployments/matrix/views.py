"""The matrix: which version is where; and one of its places in full."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.environments import queries as environments
from deployments.matrix import queries
from deployments.matrix.queries import SHOWS, Wanted
from deployments.rollouts import queries as rollouts
from deployments.rollouts import verdicts
from deployments.rollouts.forms import shown as as_text
from deployments.rollouts.views.lists import marks
from portal import htmx, navigation, pages
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.catalog import queries as catalog
from portal.catalog.models import Component


@require_safe
def matrix(request: SignedInRequest) -> HttpResponse:
    """Components down, environments across; what is shown is asked for again every ten seconds."""
    wanted = Wanted.read(request.GET.dict())
    page = queries.page(wanted, timezone.now(), after=request.GET.get("after", ""))
    shown = {"page": page, "wanted": wanted}
    if htmx.is_fragment(request):
        return htmx.live(request, "deployments/matrix/_table.html", shown, is_over=False)
    choices = {
        "teams": Team.objects.order_by("name").values_list("name", flat=True),
        "kinds": Component.Kind.choices,
        "shows": SHOWS,
    }
    return render(request, "deployments/matrix/matrix.html", {**shown, **choices})


@require_safe
def place(request: SignedInRequest, name: str, environment: str) -> HttpResponse:
    """A component in one environment: what is live, how it stands, what went there before."""
    component, wanted = catalog.component(name), environments.environment(environment)
    places = rollouts.with_told(component, rollouts.matrix(component))
    here = rollouts.observed(next(one for one in places if one.environment.pk == wanted.pk))
    rows = rollouts.history(component=name, environment=environment)
    page = pages.newest(rows, before=request.GET.get("before", ""), size=20)
    shown = {
        "component": component,
        "places": places,
        "place": here,
        "standing": verdicts.of_place(here),
        "headline": verdicts.headline(here),
        "gap": queries.gap(places, environment),
        "configured": as_text(here.live.configuration.values) if here.live else "",
        "is_alone": here.live is not None and rollouts.is_alone(here.live),
        "words": navigation.under_environments(component, timezone.now()).get(wanted.pk, ""),
        "page": page,
        **marks(page.rows),
    }
    return render(request, "deployments/matrix/place.html", shown)
