"""Where one is signed in, and signing out there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.forms import ConfirmForm
from portal.accounts.middleware import SignedInRequest
from portal.sessions import opening, operations, queries


@never_cache
@require_GET
def sessions(request: SignedInRequest) -> HttpResponse:
    """Each browser in which I am signed in: which, from where, since when, last used when."""
    rows = queries.sessions_of(request.user, timezone.now())
    shown = {"sessions": rows, "present": _present(request)}
    return render(request, "portal/sessions/sessions.html", shown)


@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, naming the browser, then sign it out."""
    session = queries.session_of(request.user, pk)
    form = ConfirmForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/sessions/_end.html",
        {"session": session},
        act=lambda: operations.end(session=session, by=request.user, now=timezone.now()),
        to=reverse("portal:session-list"),
    )


@require_http_methods(["GET", "POST"])
def end_others(request: SignedInRequest) -> HttpResponse:
    """Ask, then sign out everywhere but here."""
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.end_others(
            user=request.user, keep=_present(request), by=request.user, now=timezone.now()
        )
        return htmx.go(request, reverse("portal:session-list"))
    return htmx.dialog(request, "portal/sessions/_end_others.html", {"form": form})


@require_http_methods(["GET", "POST"])
def end_all(request: SignedInRequest, username: str) -> HttpResponse:
    """Ask, then sign somebody else out everywhere."""
    access.require(request.user, "user.change")
    person = accounts.person(username)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.end_others(user=person, keep=None, by=request.user, now=timezone.now())
        return htmx.go(request, reverse("portal:person-detail", args=[username]))
    return htmx.dialog(request, "portal/sessions/_end_all.html", {"form": form, "person": person})


def _present(request: SignedInRequest) -> UUID | None:
    row = opening.store(request).row
    return row.pk if row else None
