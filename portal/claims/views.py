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
    return htmx.asked(
        request,
        form,
        "portal/claims/_claim.html",
        {"component": component, "sender": queries.sender(component)},
        act=lambda: operations.claim(
            component=component, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=reverse("portal:component-detail", args=[name]),
    )


@asks
def let_go(request: SignedInRequest, name: str) -> HttpResponse:
    """Undo a claim, with a reason."""
    component = catalog.component(name)
    form = LetGoForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/claims/_let_go.html",
        {"component": component},
        act=lambda: operations.let_go(
            component=component, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=reverse("portal:component-detail", args=[name]),
    )
