"""What could not be sent, for the platform team."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portal import htmx, pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.notifications import operations, queries

STATES = (("", "Given up"), ("waiting", "On their way"), ("sent", "Sent"))


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """Messages that were given up, with the reason; and those that are on their way."""
    access.require(request.user, "notification.outbox")
    state = request.GET.get("state", "")
    wanted = state if state in dict(STATES) else ""
    shown = {
        "page": pages.newest(queries.outbox(wanted), before=request.GET.get("before", "")),
        "state": wanted,
        "states": STATES,
    }
    return render(request, "portal/notifications/outbox.html", shown)


@require_POST
def again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Try it again, with all its tries."""
    operations.send_again(message=queries.message(pk), by=request.user, now=timezone.now())
    return htmx.go(request, reverse("portal:outbox-list"))
