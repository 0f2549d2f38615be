"""Looking for traces, and one trace as a waterfall."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from observability import leads
from observability.changes import linking as changes
from observability.logs import linking
from observability.traces import asking, links, queries
from observability.traces.models import Span
from observability.traces.stores.base import Wanted
from observability.traces.waterfall import Waterfall
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.errors import NotFound, Refused
from portal.facets import Choice, Facet, facet
from portal.typed import whole

# Spans are sent together, some seconds after they end: until then more of a trace may come. By a
# clock that is ahead for longer nobody waits.
ARRIVES_WITHIN = timedelta(seconds=10)
# Who follows the trace of a run that goes on is there before its first span has ended.
AWAITED_FOR = timedelta(minutes=2)


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Traces that fit, newest first, with what to narrow them down by."""
    given = asking.given(request.GET)
    shown: dict[str, Any] = {
        "given": given,
        "is_filtered": any(value for name, value in given.items() if name not in {"time", "own"}),
        "time": asking.named(given),
        "times": [(key, words) for key, (words, _) in asking.TIMES.items()],
        "longer": asking.longer(given),
        "leasts": [(key, words) for key, (words, _) in asking.LEAST.items()],
    }
    try:
        wanted = asking.wanted(given, timezone.now())
    except Refused as refused:
        shown["refused"] = refused
        return render(request, "observability/traces/list.html", shown, status=refused.status)
    page = queries.search(wanted, before=request.GET.get("before", ""))
    shown |= {"wanted": wanted, "page": page, "facets": _facets(wanted, page, given)}
    return render(request, "observability/traces/list.html", shown)


def _facets(wanted: Wanted, page: queries.Page, given: dict[str, str]) -> list[Facet]:
    amounts = queries.amounts(wanted)
    counted = (
        ("Component", "component", page.components),
        ("Environment", "environment", queries.by(amounts, "environment")),
        ("Operation", "operation", queries.by(amounts, "name")),
    )
    return [
        facet(title, name, [Choice(value, value, n) for value, n in counts], given, most=6)
        for title, name, counts in counted
    ]


@require_safe
def detail(request: SignedInRequest, trace_id: str) -> HttpResponse:
    """One trace. `?span=` opens a span of it, where no script does.

    `?rows=` is the page itself, which looks whether more of the trace has come.
    """
    trace_id = trace_id.lower()
    try:
        drawn = queries.drawn(trace_id)
    except queries.Unseen as unseen:
        return _awaited(request, trace_id, unseen)
    is_arriving = abs(timezone.now() - drawn.ended) < ARRIVES_WITHIN
    if htmx.is_fragment(request) and (known := request.GET.get("rows")):
        return _since(known, drawn, is_arriving=is_arriving)
    found = links.of([row.span for row in drawn.rows])
    shown: dict[str, Any] = {
        "trace_id": trace_id,
        "trace": drawn,
        "is_arriving": is_arriving,
        "links": found,
        "components": catalog.known(found.components),
        "logs": _logs(trace_id, drawn.began, drawn.ended),
    }
    shown["changes"] = changes.around(drawn.began, "".join(shown["components"][:1]))
    if opened := request.GET.get("span", "").lower():
        shown |= _opened_or_missed(trace_id, opened, request.user)
        shown["is_beyond"] = "span" in shown and all(
            row.span.span_id != opened for row in drawn.rows
        )
    return render(request, "observability/traces/detail.html", shown)


def _awaited(request: SignedInRequest, trace_id: str, unseen: queries.Unseen) -> HttpResponse:
    """What is known of it, and whether it has come since `?asked=`, in seconds of Unix."""
    now = int(timezone.now().timestamp())
    asked = whole(request.GET.get("asked", ""))
    if htmx.is_fragment(request) and asked is not None:
        is_awaited = abs(now - asked) < AWAITED_FOR.total_seconds()
        return HttpResponse(status=htmx.NOTHING_NEW if is_awaited else htmx.STOP_POLLING)
    shown = {"trace_id": trace_id, "asked": now, "message": unseen.message}
    return render(request, "observability/traces/awaited.html", shown, status=unseen.status)


def _since(known: str, drawn: Waterfall, *, is_arriving: bool) -> HttpResponse:
    """Nothing; the whole page again, where more has come; or the end of looking."""
    if known != str(len(drawn.rows)):
        return HttpResponseClientRefresh()
    return HttpResponse(status=htmx.NOTHING_NEW if is_arriving else htmx.STOP_POLLING)


def _opened_or_missed(trace_id: str, span_id: str, by: User) -> dict[str, Any]:
    """A line may name a span that was never sent: its trace is shown all the same."""
    try:
        return {"opened": span_id, **_opened(trace_id, span_id, by)}
    except NotFound:
        return {"missed": span_id}


@require_safe
def span(request: SignedInRequest, trace_id: str, span_id: str) -> HttpResponse:
    """What a span says: attributes, events, links, its lines."""
    shown = {"trace_id": trace_id, **_opened(trace_id.lower(), span_id.lower(), request.user)}
    part = "observability/traces/_span.html"
    return htmx.page(request, "observability/traces/span.html", part, shown)


def _opened(trace_id: str, span_id: str, by: User) -> dict[str, Any]:
    found = queries.span(trace_id, span_id, by)
    return {
        "span": found.span,
        "is_hidden": found.is_hidden,
        "logs": _logs(trace_id, found.span.at, found.span.at),
        "own_logs": _logs(trace_id, found.span.at, found.span.at, span_id),
        "leads": leads.of(found.span),
        "seconds": found.span.duration / queries.SECOND,
        "own": found.own,
        "skew": found.skew,
        "kind": Span.Kind(found.span.kind).label.lower(),
        "component": "".join(catalog.known([found.span.component])),
        "pairs": links.pairs(found.span),
        "lines": links.told(found.lines, found.span.at),
        "is_cut": found.is_cut,
    }


def _logs(trace_id: str, began: datetime, ended: datetime, span_id: str = "") -> str:
    """The search for every line of a trace, or of one of its spans."""
    terms = [linking.field("trace", trace_id)]
    if span_id:
        terms.append(linking.field("span", span_id))
    return linking.around(*terms, began=began, ended=ended, now=timezone.now())
