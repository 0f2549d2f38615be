"""Dialogs for searches that people keep."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from observability.logs import operations, searches, spans
from observability.logs.forms import RemoveForm, RenameForm, SaveForm
from portal import htmx
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@asks
def save(request: SignedInRequest) -> HttpResponse:
    """Keep the search that is on the page."""
    initial = {
        "query": request.GET.get("q", ""),
        "span": request.GET.get("span", "") or spans.USUAL,
    }
    form = SaveForm(request.POST or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.save(**form.cleaned_data, by=request.user, now=timezone.now()),
        )
        if done:
            return htmx.done(request, f"Kept as “{done}”.", reverse("observability:log-list"))
    return htmx.dialog(request, "observability/logs/_save.html", {"form": form})


@asks
def rename(request: SignedInRequest, pk: str) -> HttpResponse:
    """Call a search otherwise."""
    search = searches.search(pk, request.user)
    form = RenameForm(request.POST or None, initial={"name": search.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        done = htmx.attempt(
            form,
            lambda: operations.rename(
                search=search, name=name, by=request.user, now=timezone.now()
            ),
        )
        if done:
            return htmx.go(request, reverse("observability:log-list"))
    shown = {"form": form, "search": search}
    return htmx.dialog(request, "observability/logs/_rename.html", shown)


@asks
def remove(request: SignedInRequest, pk: str) -> HttpResponse:
    """Keep a search no longer."""
    search = searches.search(pk, request.user)
    form = RemoveForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "observability/logs/_remove.html",
        {"search": search},
        act=lambda: operations.remove(search=search, by=request.user, now=timezone.now()),
        to=reverse("observability:log-list"),
    )
