"""Claiming what was seen, and letting it go again: two dialogs."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.claims import operations, queries
from portal.claims.forms import ClaimForm, LetGoForm

asks = require_http_methods(["GET", "POST"])


@asks
def claim(request: SignedInRequest, name: str) -> HttpResponse:
    """For which team, with what it means for whoever sends its telemetry."""
    component = catalog.component(name)
    form = ClaimForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.claim(
                component=component, **form.cleaned_data, by=request.user, now=timezone.now()
            ),
        )
        if done:
            return htmx.go(request, reverse("portal:component-detail", args=[name]))
    shown = {"component": component, "form": form, "sender": queries.sender(component)}
    return htmx.dialog(request, "portal/claims/_claim.html", shown)


@asks
def let_go(request: SignedInRequest, name: str) -> HttpResponse:
    """Undo a claim, with a reason."""
    component = catalog.component(name)
    form = LetGoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.let_go(
                component=component, **form.cleaned_data, by=request.user, now=timezone.now()
            ),
        )
        if done:
            return htmx.go(request, reverse("portal:component-detail", args=[name]))
    shown = {"component": component, "form": form}
    return htmx.dialog(request, "portal/claims/_let_go.html", shown)
