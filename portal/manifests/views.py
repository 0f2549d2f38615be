"""What is kept in files: which repositories keep it, when they were applied, what drifted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.manifests import queries


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Each source with what it keeps; then each time that files were applied."""
    shown = {
        "sources": queries.sources(),
        "page": pages.newest(queries.applications(), before=request.GET.get("before", "")),
    }
    return render(request, "portal/manifests/list.html", shown)


@require_safe
def drift(request: SignedInRequest) -> HttpResponse:
    """What was changed elsewhere since the files of a source were applied; a part of the page."""
    source = request.GET.get("source", "")
    found = queries.drift(source, by=request.user, now=timezone.now())
    shown = {"source": source, "steps": found[:50], "more": max(0, len(found) - 50)}
    return render(request, "portal/manifests/_drift.html", shown)


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """Files applied once: what was done, what was refused, what was not done."""
    application = queries.application(number)
    after = request.GET.get("after", "")
    steps = list(queries.steps(application, after=int(after) if after.isdecimal() else -1)[:101])
    shown = {
        "application": application,
        "steps": steps[:100],
        "after": steps[99].position if len(steps) > 100 else "",
    }
    return render(request, "portal/manifests/detail.html", shown)
