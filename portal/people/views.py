"""The list of people, for the platform team."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.people import queries

FILTERS = ("words", "state", "team")


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """People by name, state and team; those who came last stand first."""
    access.require(request.user, "user.change")
    given = {name: request.GET.get(name, "").strip()[:200] for name in FILTERS}
    rows = queries.people(now=timezone.now(), **given)
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "given": given,
        "is_filtered": any(given.values()),
        "states": queries.LABELS,
        "totals": queries.totals(),
        "teams": Team.objects.order_by("name").values_list("name", flat=True),
    }
    return render(request, "portal/people/list.html", shown)
