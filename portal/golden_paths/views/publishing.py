"""Publishing a path: paste or choose its file, look at what it says, say yes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.golden_paths import forms, operations, queries, reading
from portal.golden_paths.models import GoldenPath
from portal.golden_paths.reading import Reading
from portal.golden_paths.trials import TrialPages

asks = require_http_methods(["GET", "POST"])


@asks
def publish(request: SignedInRequest, name: str = "") -> HttpResponse:
    """A new path, or with `name` a new version of that one."""
    is_tried = "try" in request.POST
    is_final = request.method == "POST" and not is_tried and "look" not in request.POST
    if not is_final:  # the operation asks too, and keeps what it refuses
        access.require(request.user, "golden_path.publish")
    path = queries.path(name, request.user) if name else None
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.PublishForm(*given, initial=_initial(path))
    found = None
    if request.method == "POST" and form.is_valid():
        found = reading.read(form.file, queries.vocabulary())
        if is_final and not found.findings:
            done = htmx.attempt(form, lambda: _publish(request, form, name))
            if done:
                return htmx.go(request, done[0].path.url)
    shown: dict[str, Any] = {
        "path": path,
        "form": form,
        "found": found,
        "file": reading.as_text(form.file) if found else form["definition"].value() or "",
        "kinds": queries.kinds(),
        "trial": _trial(request, found) if is_tried else None,
    }
    status = 422 if found and found.findings else htmx.status_of(form)
    whole, part = "portal/golden_paths/publish.html", "portal/golden_paths/_try.html"
    return htmx.page(request, whole, part, shown, status)


@require_POST
def validate(request: SignedInRequest) -> JsonResponse:
    """What is wrong with a file that is being written, and where. Nothing is kept."""
    access.require(request.user, "golden_path.publish")
    found = reading.read(request.POST.get("definition", ""), queries.vocabulary())
    told = [{**finding.as_detail(), "severity": "error"} for finding in found.findings]
    return JsonResponse({"findings": told})


@asks
def offer(request: SignedInRequest, name: str) -> HttpResponse:
    """Take a path from the shelf, or put it back."""
    path = queries.path(name, request.user)
    form = forms.OfferForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/golden_paths/_offer.html",
        {"path": path},
        act=lambda: operations.offer(
            path=path,
            is_offered=not path.is_offered,
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        ),
        to=path.url,
    )


def _trial(request: SignedInRequest, found: Reading | None) -> TrialPages | None:
    """What it would do with the answers below it; None while something is to mend."""
    if found is None or found.definition is None:
        return None
    return TrialPages(
        found.definition,
        by=request.user,
        now=timezone.now(),
        data=request.POST,
        address=request.path,
    )


def _publish(request: SignedInRequest, form: forms.PublishForm, name: str) -> Any:
    return operations.publish(definition=form.file, by=request.user, now=timezone.now(), name=name)


def _initial(path: GoldenPath | None) -> dict[str, str]:
    return {"definition": path.current.file} if path and path.current else {}
