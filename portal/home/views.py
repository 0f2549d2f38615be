"""What waits for this person, and how their components do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal import navigation
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog


def home(request: SignedInRequest) -> HttpResponse:
    """The count is the title; each row ends in the verb."""
    needs, silent = navigation.needs(request.user, timezone.now())
    mine = list(catalog.components_of(request.user))
    shown = {
        "needs": needs,
        "silent": silent,
        "components": mine,
        "facts": navigation.facts(mine),
        "memberships": accounts.teams_of(request.user),
    }
    return render(request, "portal/home/home.html", shown)


def counts(request: SignedInRequest) -> HttpResponse:
    """The figures in the rail: how much needs this person."""
    needs, _ = navigation.needs(request.user, timezone.now())
    return render(request, "portal/home/_counts.html", {"needs": needs})
