"""Declaring what a component depends on, and taking that back: two dialogs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.declarations import operations
from portal.declarations.forms import DependencyForm

asks = require_http_methods(["GET", "POST"])


@asks
def declare(request: SignedInRequest, name: str) -> HttpResponse:
    """It calls this; a link may bring what was seen along."""
    return _asked(request, name, operations.declare, "portal/declarations/_declare.html")


@asks
def take_back(request: SignedInRequest, name: str) -> HttpResponse:
    """It does not call this, or no longer."""
    return _asked(request, name, operations.take_back, "portal/declarations/_take_back.html")


def _asked(
    request: SignedInRequest, name: str, operation: Callable[..., object], part: str
) -> HttpResponse:
    component = catalog.component(name)
    given = {field: request.GET.get(field, "") for field in ("kind", "name")}
    form = DependencyForm(request.POST or None, initial=given)
    return htmx.asked(
        request,
        form,
        part,
        {"component": component},
        act=lambda: operation(
            component=component, **form.given(), by=request.user, now=timezone.now()
        ),
        to=reverse("observability:component-map", args=[name]),
    )
