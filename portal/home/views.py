"""What waits for this person, and how their components do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import htmx, navigation
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.home import mine, running

MINE = 8  # components that are shown before "all of them"


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The count is the title; each row ends in the verb. An open page asks for the first again."""
    now = timezone.now()
    needs, silent = navigation.needs(request.user, now)
    memberships = list(accounts.teams_of(request.user))
    shown = {
        "needs": needs,
        "silent": silent,
        "memberships": memberships,
        "today": navigation.today([m.team for m in memberships], now),
        "running": running.deployments(),
    }
    if htmx.is_fragment(request):
        has_some = {"has_components": catalog.components_of(request.user).exists()}
        return htmx.live(request, "portal/home/_needs.html", shown | has_some, is_over=False)
    found = mine.of(request.user, now, MINE)
    more = {
        "mine": found,
        "has_components": bool(found.components),
        "helpers": [] if memberships else accounts.platform_people(),
    }
    return render(request, "portal/home/home.html", shown | more)


@require_safe
def counts(request: SignedInRequest) -> HttpResponse:
    """The figures in the rail: how much needs this person, and how much is being deployed."""
    needs, _ = navigation.needs(request.user, timezone.now())
    shown = {"needs": needs, "running": running.deployments()}
    return render(request, "portal/home/_rail_counts.html", shown)
