"""The audit: who did what, to what, when and why."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.audit import asking, heads, operations, queries
from portal.audit.asking import EntryFilter
from portal.audit.models import Entry
from portal.audit.words import SAID
from portal.files import tables


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Entries, newest first, by the same filters as the API's."""
    rows = EntryFilter(request.GET, queryset=queries.entries()).qs
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "given": request.GET,
        "kinds": sorted({verb.partition(".")[0] for verb in SAID}),
        "verbs": sorted(SAID),
        "outcomes": Entry.Outcome.choices,
        "asked": asking.given(request.GET),
        "formats": tables.FORMATS,
        "can_export": access.may(request.user, "audit.export"),
        "is_filtered": any(value for key, value in request.GET.items() if key != "before"),
    }
    return render(request, "portal/audit/list.html", shown)


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One entry, with what was before and after."""
    entry = queries.entry(pk)
    others = pages.Page(list(queries.beside(entry)), "")
    shown = {
        "entry": entry,
        "rows": queries.changed(entry),
        "others": others,
        "flaw": queries.seal_flaw(entry),
    }
    return render(request, "portal/audit/detail.html", shown)


@require_POST
def export(request: SignedInRequest) -> HttpResponseBase:
    """What fits the filters, as a file that is streamed."""
    taken = operations.export(
        form=request.POST.get("format", ""),
        filters=asking.given(request.POST),
        by=request.user,
        now=timezone.now(),
    )
    answer = StreamingHttpResponse(queries.exported(taken), content_type=tables.FORMATS[taken.form])
    answer.headers["Content-Disposition"] = f'attachment; filename="audit.{taken.form}"'
    return answer


@require_safe
def seal(request: SignedInRequest) -> HttpResponse:
    """How the chain stands, and how anyone proves that nobody rewrote it."""
    shown = {
        "newest": queries.newest(),
        "tail": queries.tail(),
        "public_key": heads.public_key(settings.AUDIT_SIGNING_KEY),
    }
    return render(request, "portal/audit/seal.html", shown)
