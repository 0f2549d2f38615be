"""What stands under “Pinned” in the rail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.stars import operations, queries, rail


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """The rows with how each does; the rail asks for them again."""
    return htmx.live(request, "portal/stars/_rows.html", _shown(request), is_over=False)


@require_http_methods(["POST"])
def toggle(request: SignedInRequest) -> HttpResponse:
    """Pin it, or take it out: the button once more, and the rail beside it."""
    kind, name = request.POST.get("kind", ""), request.POST.get("name", "")
    if request.POST.get("to") == "off":
        request.user = operations.take_out(who=request.user, kind=kind, name=name)
    else:
        request.user = operations.pin(who=request.user, kind=kind, name=name)
    if not htmx.is_fragment(request):
        pinned = (one.url for one in rail.pinned(request.user) if one.name == name)
        return htmx.go(request, next(pinned, "/"))
    shown = {"kind": kind, "name": name, "is_changed": True, **_shown(request)}
    return render(request, "portal/stars/_toggled.html", shown)


def _shown(request: SignedInRequest) -> dict[str, Any]:
    """The rows, and the page in whose rail they stand."""
    return {
        "pinned": queries.rows(request.user, timezone.now()),
        "here": urlsplit(request.htmx.current_url or "").path,
    }
