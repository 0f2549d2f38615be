"""What runs, what waits, what is stuck and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team, User
from portal.workers import queries
from portal.workers.base import Stuck


@require_safe
def workers(request: SignedInRequest) -> HttpResponse:
    """The page; all of it is asked for again every five seconds."""
    team = request.GET.get("team", "").strip()
    house = queries.house(timezone.now(), team=team)
    shown: dict[str, Any] = {
        "house": house,
        "summary": house.summary,
        "stuck": [(one, _verbs(request.user, one)) for one in house.stuck],
        "team": team,
    }
    if htmx.is_fragment(request):
        return htmx.live(request, "portal/workers/_house.html", shown, is_over=False)
    shown["teams"] = Team.objects.order_by("name").values_list("name", flat=True)
    return render(request, "portal/workers/workers.html", shown)


def _verbs(user: User, one: Stuck) -> list[Any]:
    """What this person may do about it."""
    return [verb for verb in one.verbs if access.may(user, verb.permission, one.thing)]
