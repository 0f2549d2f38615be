"""What waits for this person, and how their components do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import htmx, navigation
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.home import mine, running

MINE = 8  # components that are shown before "all of them"


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The count is the title; each row ends in the verb. An open page asks again."""
    now = timezone.now()
    needs, silent = navigation.needs(request.user, now)
    memberships = list(accounts.teams_of(request.user))
    found = mine.of(request.user, now, MINE)
    is_all_told = not (silent or found.silent)
    shown = {
        "needs": needs,
        "silent": silent,
        "memberships": memberships,
        "is_writing": access.may_somewhere(request.user, "draft.change"),
        "today": navigation.today([m.team for m in memberships], now),
        **running.shown(),
        "mine": found,
        "has_components": bool(found.components),
        "is_all_told": is_all_told,
        "is_all_well": bool(found.components) and is_all_told and not (needs or found.troubled),
    }
    if htmx.is_fragment(request):
        return htmx.live(request, "portal/home/_first.html", shown, is_over=False)
    helpers = [] if memberships else accounts.platform_people()
    return render(request, "portal/home/home.html", shown | {"helpers": helpers})


@require_safe
def counts(request: SignedInRequest) -> HttpResponse:
    """The figures in the rail: how much needs this person, and how much is being deployed."""
    needs, _ = navigation.needs(request.user, timezone.now())
    shown = {"needs": needs, **running.shown()}
    return render(request, "portal/home/_rail_counts.html", shown)
