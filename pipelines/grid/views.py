"""The page of the grid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.environments.models import Environment
from pipelines.backfills import queries as backfills
from pipelines.grid import queries
from pipelines.schedules import queries as schedules
from pipelines.transformations.models import Transformation
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest


@require_safe
def grid(request: SignedInRequest, name: str) -> HttpResponse:
    """What became of each due time in one environment; its newest page is polled."""
    transformation = get_object_or_404(
        Transformation.objects.select_related("component__team"), component__name=name
    )
    before = instant(request.GET.get("before", ""))
    shown = _shown(request, transformation, before)
    if htmx.is_fragment(request):
        return htmx.live(request, "pipelines/grid/_grid.html", shown, is_over=before is not None)
    return render(request, "pipelines/grid/grid.html", shown)


def _shown(
    request: SignedInRequest, transformation: Transformation, before: datetime | None
) -> dict[str, Any]:
    component = transformation.component
    standings = {row.schedule.environment_id: row for row in schedules.of_component(component)}
    places = queries.places(transformation)
    place = _chosen(places, request.GET.get("environment", ""), set(standings))
    standing = standings.get(place.pk) if place else None
    schedule = standing.schedule if standing else None
    found = queries.page(transformation, place, schedule, before=before) if place else None
    now = timezone.now()
    return {
        "component": component,
        "tab": "pipelines:component-runs",
        "places": places,
        "place": place,
        "standing": standing,
        "next": schedules.next_times(schedule, now, 1) if schedule else [],
        "grid": found.grid if found else None,
        "older": found.older if found else "",
        "is_newest": before is None,
        "can_run": access.may(request.user, "run.again", component),
        "timezone": schedule.timezone if schedule else "UTC",
        "backfills": backfills.of_component(component),
    }


def _chosen(places: list[Environment], wanted: str, scheduled: set[Any]) -> Environment | None:
    """The one that is asked for, else production, else where something runs by itself."""
    for place in places:
        if place.name == wanted:
            return place
    best = sorted(places, key=lambda one: (one.pk in scheduled, one.is_production, one.order))
    return best[-1] if best else None


def instant(text: str) -> datetime | None:
    """An instant out of an address; nonsense means none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
