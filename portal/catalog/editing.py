"""Pages on which people change what a component is, and who answers for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import htmx
from portal.accounts import access, grants
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.catalog import operations, queries
from portal.catalog.forms import EditForm, HandOverForm, initial
from portal.catalog.models import Component

asks = require_http_methods(["GET", "POST"])
CAN_BE_GRANTED = ("connection", "client", "destination")


@asks
def edit(request: SignedInRequest, name: str) -> HttpResponse:
    """Its words, its weight and its links, on one page."""
    component = queries.component(name)
    if request.method == "GET":  # before someone writes for nothing; the operation asks again
        access.require(request.user, "component.change", component)
    form = EditForm(
        request.POST or None,
        component=component,
        facts=operations.facts_of(component),
        initial=initial(component),
    )
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.change(
                component=component, by=request.user, now=timezone.now(), **form.given()
            ),
        )
        if done:
            return htmx.go(request, reverse("portal:component-detail", args=[name]))
    page = {"component": component, "form": form}
    return render(request, "portal/catalog/edit.html", page, status=htmx.status_of(form))


@asks
def hand_over(request: SignedInRequest, name: str) -> HttpResponse:
    """Another team answers for it; what that team may not use yet is named before the button."""
    component = queries.component(name)
    form = HandOverForm(request.POST or None, component=component)
    return htmx.asked(
        request,
        form,
        "portal/catalog/_hand_over.html",
        {"component": component},
        act=lambda: operations.hand_over(
            component=component, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=reverse("portal:component-detail", args=[name]),
    )


@require_safe
def lacking(request: SignedInRequest, name: str) -> HttpResponse:
    """What the chosen team would need a grant for; a part of that dialog."""
    component = queries.component(name)
    team = Team.objects.filter(name=request.GET.get("to", "")).first()
    shown = {"team": team, "missing": _missing(component, team) if team else []}
    return render(request, "portal/catalog/_lacking.html", shown)


def _missing(component: Component, team: Team) -> list[tuple[str, str]]:
    needed = queries.dependencies(component).values_list("kind", "name")
    return grants.missing(team, [pair for pair in needed if pair[0] in CAN_BE_GRANTED])
