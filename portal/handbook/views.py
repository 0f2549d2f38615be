"""The handbook in the portal: its contents, and a page of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from portal.accounts.middleware import SignedInRequest
from portal.handbook import library


@require_safe
def contents(request: SignedInRequest) -> HttpResponse:
    """What there is to read, by task."""
    return render(request, "portal/handbook/contents.html", {"parts": library.parts()})


@require_safe
def page(request: SignedInRequest, name: str) -> HttpResponse:
    """One page, with what stands before and after it."""
    found = library.page(name.rstrip("/"))
    before, after = library.beside(found)
    shown = {
        "page": found,
        "text": mark_safe(found.html),  # noqa: S308 - cleaned, or written by our own templates
        "parts": library.parts(),
        "before": before,
        "after": after,
    }
    return render(request, "portal/handbook/page.html", shown)
