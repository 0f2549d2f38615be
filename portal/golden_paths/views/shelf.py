"""Which paths there are: the cards, one path, its versions, and the part that home shows."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.golden_paths import queries
from portal.golden_paths.models import PathRun

MOST = 20  # names offered at once


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """A card for each path that this person is shown, and what they have begun."""
    search = request.GET.get("q", "").strip()
    shown = {
        "paths": queries.cards(request.user, search=search),
        "search": search,
        "drafts": queries.drafts(request.user)[:5],
        "mine": list(
            queries.runs(by=request.user, whose="mine")
            .exclude(state=PathRun.State.DRAFT)
            .order_by("-pk")[:5]
        ),
    }
    return render(request, "portal/golden_paths/list.html", shown)


@require_safe
def panel(request: SignedInRequest) -> HttpResponse:
    """“Start something”: the paths that this person may start, most used first."""
    paths = [card for card in queries.cards(request.user) if card.may_start]
    return render(request, "portal/golden_paths/_panel.html", {"paths": paths[:6]})


@require_safe
def detail(request: SignedInRequest, name: str) -> HttpResponse:
    """What a path asks and does, who may start it, its versions and its uses."""
    path = queries.path(name, request.user)
    rows = queries.runs(by=request.user, path=name).exclude(state=PathRun.State.DRAFT)
    shown = {
        "path": path,
        "definition": queries.definition(path),
        "steps": queries.described(path),
        "may_start": queries.may_start(path, request.user),
        "who": queries.who_can_start(path),
        "versions": queries.versions(path)[:10],
        "page": pages.newest(rows, size=10),
    }
    return render(request, "portal/golden_paths/detail.html", shown)


@require_safe
def version(request: SignedInRequest, name: str, number: int) -> HttpResponse:
    """A version's file, beside the one before it."""
    path = queries.path(name, request.user)
    found = queries.version(path, number)
    before = queries.versions(path).filter(number__lt=number).first()
    shown = {"path": path, "version": found, "before": before}
    return render(request, "portal/golden_paths/version.html", shown)


@require_safe
def options(request: SignedInRequest, kind: str) -> HttpResponse:
    """Names of a kind that have these letters, as options of a field."""
    search = request.GET.get(request.GET.get("field", ""), "").strip()
    found = queries.offered(kind, request.user, request.GET.get("may", ""), search, MOST)
    return render(request, "portal/golden_paths/_options.html", {"choices": found})
