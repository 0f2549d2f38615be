"""What is kept in files: which repositories keep it, when they were applied, what drifted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from portal import htmx, pages
from portal.accounts.middleware import SignedInRequest
from portal.manifests import operations, queries
from portal.manifests.forms import LetGoForm
from portal.typed import whole


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


@require_http_methods(["GET", "POST"])
def let_go(request: SignedInRequest) -> HttpResponse:
    """Ask, naming where it is kept, then keep it in no file any more."""
    is_said = request.method == "POST"
    asked = request.POST if is_said else request.GET
    held = queries.kept_thing(asked.get("kind", ""), asked.get("name", ""))
    which = {"kind": held.kind, "name": held.name}
    form = LetGoForm(request.POST if is_said else None, initial=which)
    if is_said and form.is_valid():
        htmx.attempt(
            form,
            lambda: operations.let_go(**form.cleaned_data, by=request.user, now=timezone.now()),
        )
        if not form.errors:
            return htmx.go(request, _came_from(request) or reverse("portal:manifest-list"))
    return htmx.dialog(request, "portal/manifests/_let_go.html", {"form": form, "kept": held})


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """Files applied once: what was done, what was refused, what was not done."""
    application = queries.application(number)
    after = whole(request.GET.get("after", ""))
    steps = list(queries.steps(application, after=-1 if after is None else after)[:101])
    shown = {
        "application": application,
        "steps": steps[:100],
        "after": steps[99].position if len(steps) > 100 else "",
    }
    return render(request, "portal/manifests/detail.html", shown)


def _came_from(request: SignedInRequest) -> str:
    """The page on which the dialog was opened, where it is one of ours."""
    page = request.htmx.current_url_abs_path or ""
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""
