"""The bell, what it opens, and the page with everything that one was told."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from portal import htmx, pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.notifications import audience, operations, queries
from portal.notifications.models import Kind

IN_PANEL = 8


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """What I was told, newest first; a condition that changes comes up again."""
    given = {"show": request.GET.get("show", ""), "kind": request.GET.get("kind", "")}
    kind = given["kind"] if given["kind"] in Kind.values else ""
    rows = queries.notices(request.user, kind=kind, is_unread=given["show"] == "unread")
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", ""), by="at"),
        "given": given,
        "kinds": Kind.choices,
        "is_filtered": bool(kind or given["show"]),
        "muted": set(queries.mutes(request.user).values_list("component_id", flat=True)),
        "lacks_mail": audience.could_get_mail(audience.preference_of(request.user)),
    }
    return render(request, "portal/notifications/list.html", shown)


@require_GET
def panel(request: SignedInRequest) -> HttpResponse:
    """What the bell opens: the newest, unread ones first to see."""
    rows = queries.notices(request.user).order_by("-at", "-pk")[:IN_PANEL]
    shown = {"notices": list(rows)}
    return render(request, "portal/notifications/_panel.html", shown)


@require_GET
def bell(request: SignedInRequest) -> HttpResponse:
    """The number on the bell, asked for now and then while the page is open."""
    return htmx.live(request, "portal/notifications/_bell.html", {}, is_over=False)


@require_GET
def follow(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go to where it leads; that it was opened is what makes it read."""
    notice = queries.notice(request.user, pk)
    operations.mark_read(notice=notice, user=request.user, now=timezone.now())
    return HttpResponseRedirect(notice.matter.link or reverse("portal:notification-list"))


@require_POST
def read(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Seen, without going there."""
    notice = queries.notice(request.user, pk)
    operations.mark_read(notice=notice, user=request.user, now=timezone.now())
    return htmx.go(request, _back(request))


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """All that stood there when the page was made."""
    until = parse_datetime(request.POST.get("until", ""))
    operations.mark_all_read(user=request.user, now=timezone.now(), until=until)
    return htmx.go(request, _back(request))


@require_POST
def mute(request: SignedInRequest, name: str) -> HttpResponse:
    """Nothing more of this component, but what I ask for."""
    operations.mute(component=catalog.component(name), by=request.user, now=timezone.now())
    return htmx.go(request, _back(request))


@require_POST
def unmute(request: SignedInRequest, name: str) -> HttpResponse:
    operations.unmute(component=catalog.component(name), by=request.user, now=timezone.now())
    return htmx.go(request, _back(request))


def _back(request: SignedInRequest) -> str:
    """To the list or the settings, whichever the button stood in."""
    wanted = request.POST.get("back", "")
    if wanted == "settings":
        return reverse("portal:notification-settings")
    return reverse("portal:notification-list")
