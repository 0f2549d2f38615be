"""The page of the portal's own health."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.objectives import queries
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Promises with what is left of them, parts, and what it stands on."""
    access.require(request.user, "objective.read")
    now = timezone.now()
    shown = {
        "kept": queries.kept(now),
        "parts": queries.standing_parts(),
        "ground": queries.ground(now),
    }
    return render(request, "observability/objectives/page.html", shown)
