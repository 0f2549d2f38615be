"""What this floor brings to the page of a component: when it runs by itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pipelines.schedules import queries
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """Its schedules, in words and in next times."""
    component = catalog.component(name)
    now = timezone.now()
    shown = {
        "component": component,
        "standings": [
            (standing, queries.next_times(standing.schedule, now))
            for standing in queries.of_component(component)
        ],
    }
    return render(request, "pipelines/schedules/_schedules.html", shown)
