"""Which settings hold, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.in_force import queries


@require_safe
def settings(request: SignedInRequest) -> HttpResponse:
    """Every setting with its value, where it comes from, and its line of the handbook."""
    access.require(request.user, "settings.read")
    found = queries.in_force()
    is_changed = "changed" in request.GET
    shown = {
        "settings": [one for one in found if one.is_changed] if is_changed else found,
        "changed": sum(one.is_changed for one in found),
        "total": len(found),
        "is_changed": is_changed,
    }
    return render(request, "portal/in_force/settings.html", shown)
