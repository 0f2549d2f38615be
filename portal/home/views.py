"""What waits for this person, and how their components do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import navigation
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

MINE = 8  # components that are shown before "all of them"


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The count is the title; each row ends in the verb."""
    now = timezone.now()
    needs, silent = navigation.needs(request.user, now)
    mine = list(catalog.components_of(request.user)[: MINE + 1])
    memberships = list(accounts.teams_of(request.user))
    shown = {
        "needs": needs,
        "silent": silent,
        "components": mine[:MINE],
        "has_more": len(mine) > MINE,
        "facts": navigation.facts(mine[:MINE]),
        "memberships": memberships,
        "today": navigation.today([m.team for m in memberships], now),
        "helpers": [] if memberships else accounts.platform_people(),
    }
    return render(request, "portal/home/home.html", shown)


@require_safe
def counts(request: SignedInRequest) -> HttpResponse:
    """The figures in the rail: how much needs this person."""
    needs, _ = navigation.needs(request.user, timezone.now())
    return render(request, "portal/home/_counts.html", {"needs": needs})
