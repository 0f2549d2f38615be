"""The rows of the palette."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.accounts.middleware import SignedInRequest
from portal.palette import rows
from portal.search.words import LONGEST


@require_GET
def palette(request: SignedInRequest) -> HttpResponse:
    """What fits `?q=`, for someone who looks at the page `?at=`."""
    text, at = request.GET.get("q", "")[:LONGEST], request.GET.get("at", "/")
    groups, words = rows.groups(text.strip(), at, request.user)
    return render(request, "portal/palette/_rows.html", {"groups": groups, "words": words})
