"""The audit: who did what, to what, when and why."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.audit import queries
from portal.audit.api import EntryFilter
from portal.audit.models import Entry
from portal.audit.words import SAID


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Entries, newest first, by the same filters as the API's."""
    rows = EntryFilter(request.GET, queryset=queries.entries()).qs
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "given": request.GET,
        "kinds": sorted({verb.partition(".")[0] for verb in SAID}),
        "outcomes": Entry.Outcome.choices,
        "is_filtered": any(value for key, value in request.GET.items() if key != "before"),
    }
    return render(request, "portal/audit/list.html", shown)


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One entry, with what was before and after."""
    entry = queries.entry(pk)
    others = pages.Page(list(queries.beside(entry)), "")
    shown = {"entry": entry, "rows": queries.changed(entry), "others": others}
    return render(request, "portal/audit/detail.html", shown)
