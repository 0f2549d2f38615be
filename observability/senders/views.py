"""Services that were seen: who sends them, and who answers for them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from observability.senders import queries
from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.claims import queries as claims


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """The newest first, a page at a time."""
    page = pages.newest(queries.services(), before=request.GET.get("before", ""))
    can_claim = claims.teams(request.user).exists()
    shown = {"page": page, "rows": queries.known(page.rows), "can_claim": can_claim}
    return render(request, "observability/senders/list.html", shown)
