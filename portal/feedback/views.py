"""A thumb and a sentence about a page; and what the platform team makes of them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from portal import htmx, pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.feedback import forms, operations, queries
from portal.feedback.models import Feedback

STATES = {"open": True, "handled": False}


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """All of it for the platform team, one's own for everyone else; newest first."""
    given = {key: request.GET.get(key, "") for key in ("state", "thumb", "page")}
    rows = queries.feedback(
        request.user,
        is_open=STATES.get(given["state"]),
        thumb=given["thumb"] if given["thumb"] in Feedback.Thumb.values else "",
        page=given["page"],
    )
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "given": given,
        "thumbs": Feedback.Thumb.choices,
        "is_filtered": any(given.values()),
        "can_handle": access.may(request.user, "feedback.handle"),
    }
    return render(request, "portal/feedback/list.html", shown)


@require_http_methods(["GET", "POST"])
def give(request: SignedInRequest) -> HttpResponse:
    """The form; afterwards one is where one was."""
    begun = {key: request.GET.get(key, "") for key in ("page", "thumb")}
    form = forms.FeedbackForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        given = htmx.attempt(
            form,
            lambda: operations.give(author=request.user, now=timezone.now(), **form.cleaned_data),
        )
        if given:
            thanks = "Thank you. The platform team reads it."
            return htmx.done(request, thanks, reverse("portal:feedback-list"))
    return htmx.dialog(request, "portal/feedback/_give.html", {"form": form})


@require_http_methods(["GET", "POST"])
def handle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Answer, or put aside."""
    found = queries.one(request.user, pk)
    form = forms.HandleForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/feedback/_handle.html",
        {"feedback": found},
        act=lambda: operations.handle(
            feedback=found, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=reverse("portal:feedback-list"),
    )
