"""The report of changes: its page, and its file."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.reporting import asking, queries
from deployments.reporting.asking import ALL, FILTERS, Approval
from deployments.reporting.queries import Summary
from observability.dora.windows import PRESET
from portal import navigation, pages
from portal.accounts.middleware import SignedInRequest
from portal.files import answering, tables


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """How many had which approval, and the changes themselves, newest first."""
    wanted = asking.wanted(request.GET, timezone.now())
    summary = queries.summary(wanted)
    rows = queries.with_decisions(queries.changes(wanted))
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    shown = {
        "wanted": wanted,
        "given": given,
        "summary": summary,
        "parts": _parts(summary, wanted.approval),
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "environments": [name for name, _ in navigation.environments()],
        "all": ALL,
        "presets": PRESET,
        "formats": tables.FORMATS,
        "is_filtered": any(given.values()),
        "labels": {each.value: each.label for each in Approval},
    }
    return render(request, "deployments/reporting/page.html", shown)


def _parts(summary: Summary, chosen: Approval | None) -> list[dict[str, Any]]:
    """Pieces of a bar of 100, each with its words; the chosen one also where there is none."""
    approvals = {**({chosen: 0} if chosen else {}), **summary.approvals}
    shares = [100 * number / (summary.total or 1) for number in approvals.values()]
    begins = [0.0, *accumulate(shares)]
    return [
        {"approval": approval, "number": number, "x": x, "width": share}
        for (approval, number), x, share in zip(approvals.items(), begins, shares, strict=False)
    ]


@require_safe
def file(request: SignedInRequest) -> HttpResponseBase:
    """The same changes as a file that is streamed, the oldest first."""
    form = request.GET.get("as", "csv")
    tables.content_type(form, field="as")
    wanted = asking.wanted(request.GET, timezone.now())
    return answering.attached(queries.file(wanted, form), form, "changes")
