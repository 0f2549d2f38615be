"""Pinned queries on the page of health: the chart of each, and the dialogs about them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from observability.health import queries as health
from observability.health import windows
from observability.health.drawing import Frame
from observability.health.windows import Window
from observability.pins import drawing, operations, queries
from observability.pins.forms import PinForm, RemoveForm
from observability.pins.models import PinnedQuery
from observability.series.stores.base import Exemplar
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.errors import Refused

asks = require_http_methods(["GET", "POST"])


@require_safe
def chart(request: SignedInRequest, name: str, pk: str) -> HttpResponse:
    """One query's chart; a store that is away says so here, and the page stands."""
    component = catalog.component(name)
    pin = queries.pin(component, pk)
    window = windows.read(request.GET, timezone.now())
    place, _ = health.environment(request.GET.get("environment"))
    shown: dict[str, Any] = {"pin": pin}
    try:
        lines = queries.answer(pin, place, window, request.user)
        frame = Frame(window, health.marks(name, place, window))
        shown |= drawing.shown(lines, pin.unit, frame, queries.step(window))
        if lines:
            shown["examples"] = _examples(pin, place, window, request.user)
    except Refused as refused:
        shown["refused"] = refused
    return render(request, "observability/pins/_chart.html", shown)


def _examples(pin: PinnedQuery, place: str, window: Window, by: User) -> list[tuple[Exemplar, str]]:
    """None where they can't be told: the chart stands without them."""
    try:
        return drawing.examples(queries.exemplars(pin, place, window, by))
    except Refused:
        return []


@asks
def new(request: SignedInRequest, name: str) -> HttpResponse:
    """Pin a query."""
    component = catalog.component(name)
    form = PinForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "observability/pins/_form.html",
        {"component": component, "pin": None},
        act=lambda: operations.add(
            component=component, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=_page(name),
    )


@asks
def edit(request: SignedInRequest, name: str, pk: str) -> HttpResponse:
    """Ask something else, or call it otherwise."""
    pin = queries.pin(catalog.component(name), pk)
    initial = {"name": pin.name, "unit": pin.unit, "store": pin.store, "query": pin.query}
    form = PinForm(request.POST or None, initial=initial)
    return htmx.asked(
        request,
        form,
        "observability/pins/_form.html",
        {"component": pin.component, "pin": pin},
        act=lambda: operations.change(
            pin=pin, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=_page(name),
    )


@require_POST
def move(request: SignedInRequest, name: str, pk: str) -> HttpResponse:
    """One place up or down."""
    component = catalog.component(name)
    pin = queries.pin(component, pk)
    at = [row.pk for row in queries.of(component)].index(pin.pk)
    by = -1 if request.POST.get("to") == "up" else 1
    operations.move(pin=pin, position=max(at + by, 0), by=request.user, now=timezone.now())
    return htmx.go(request, _page(name))


@asks
def remove(request: SignedInRequest, name: str, pk: str) -> HttpResponse:
    """Take it off the page."""
    pin = queries.pin(catalog.component(name), pk)
    form = RemoveForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "observability/pins/_remove.html",
        {"pin": pin},
        act=lambda: operations.remove(pin=pin, by=request.user, now=timezone.now()),
        to=_page(name),
    )


def _page(name: str) -> str:
    return reverse("observability:component-health", args=[name]) + "#pinned"
