"""The page of a component's health."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.health import pages, queries, windows
from observability.health.drawing import Frame
from observability.pins import queries as pins
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of the component page: its requests and its runs, in a time, in an environment."""
    component = catalog.component(name)
    window = windows.read(request.GET, timezone.now())
    place, places = queries.environment(request.GET.get("environment"))
    shown: dict[str, Any] = {
        "component": component,
        "place": place,
        "places": places,
        "window": window,
        "presets": [(key, words) for key, (words, _) in windows.PRESETS.items()],
        "elsewhere": pages.elsewhere(
            name, place, window, has_runs=component.kind == queries.WORKING
        ),
        "pins": pins.of(component),
        "asked": urlencode({**window.asked, "environment": place}),
    }
    try:
        health = queries.health(component, place, window)
        frame = Frame(window, queries.marks(name, place, window))
        shown |= pages.context(health, frame, name, place)
    except queries.Away as refused:
        shown["refused"] = refused
    status = 200 if "refused" not in shown else shown["refused"].status
    return render(request, "observability/health/of_component.html", shown, status=status)
