"""Imports of history: what was read, a form for another one, and how far one is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from observability.history import operations, queries
from observability.history.forms import ImportForm
from observability.history.models import HistoryImport
from portal import htmx, pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Every import, newest first."""
    given = {name: request.GET.get(name, "").strip() for name in ("component", "state")}
    shown = {
        "page": pages.newest(queries.imports(**given), before=request.GET.get("before", "")),
        "given": given,
        "is_filtered": any(given.values()),
        "states": HistoryImport.State.choices,
    }
    return render(request, "observability/history/list.html", shown)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Ask for a repository's past."""
    initial = {"component": request.GET.get("component", ""), "pattern": "v*"}
    form = ImportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data}
        name = given.pop("component")
        asked = htmx.attempt(
            form,
            lambda: operations.ask(
                component=catalog.component(name), **given, by=request.user, now=timezone.now()
            ),
        )
        if asked:
            return htmx.go(request, reverse("observability:history-detail", args=[asked.pk]))
    return render(
        request, "observability/history/new.html", {"form": form}, status=htmx.status_of(form)
    )


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How far it is, until it is over."""
    one = queries.one(pk)
    shown = {"one": one, "is_over": one.is_over}
    if htmx.is_fragment(request):
        part = "observability/history/_progress.html"
        return htmx.live(request, part, shown, is_over=one.is_over)
    return render(request, "observability/history/detail.html", shown)
