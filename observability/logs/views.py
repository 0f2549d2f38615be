"""The explorer of log lines: lines, patterns, what stands beside them, and one line by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.logs import (
    asking,
    completion,
    drawing,
    facets,
    linking,
    markers,
    queries,
    requested,
    searches,
    showing,
    spans,
    ways,
)
from observability.logs.asking import Asked
from observability.patterns import queries as patterns
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.errors import Refused
from portal.typed import whole

AROUND = (10, 50, 200)


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Lines that fit the query line, the newest first, or their patterns.

    The number of a request by itself leads to all that was said in it.
    """
    if lines := requested.address(request.GET.get("q", ""), timezone.now()):
        return redirect(lines)
    shown = _frame(request)
    asked: Asked | None = shown["asked"]
    if asked is not None:
        try:
            if shown["view"] == "patterns":
                shown |= showing.templates(asked, request.user, timezone.now())
            else:
                shown |= showing.explorer(asked, request.user, request.GET.get("before", ""))
        except asking.TooWide as refused:
            shown |= {"refused": refused, "ways": ways.onward(asked, request.user, timezone.now())}
        except Refused as refused:
            shown["refused"] = refused
    is_empty = not shown.get("lines") and not shown.get("patterns")
    if asked is not None and is_empty and not shown["refused"]:
        shown |= {"newest": queries.newest(), "wider": ways.wider(asked, timezone.now())}
    is_at_a_loss = shown["refused"] and not shown.get("ways")
    status = shown["refused"].status if is_at_a_loss else 200
    return render(request, "observability/logs/explorer.html", shown, status=status)


def _frame(request: SignedInRequest) -> dict[str, Any]:
    """What stands around lines, and the question if it can be read."""
    shown: dict[str, Any] = {
        "text": request.GET.get("q", ""),
        "view": "patterns" if request.GET.get("view") == "patterns" else "lines",
        "is_live": request.GET.get("live") == "1",
        "presets": [(name, label) for name, (_, label) in spans.PRESETS.items()],
        "searches": list(searches.of(request.user).order_by("name")[:50]),
        "asked": None,
        "refused": None,
    }
    try:
        shown["asked"] = asking.read(request.GET, timezone.now())
        shown["text"] = str(shown["asked"].query)
    except Refused as refused:
        shown["refused"] = refused
    return shown


@require_safe
def newer(request: SignedInRequest) -> HttpResponse:
    """Rows of what was stored since `after`, and from where to go on; 204 where nothing was."""
    asked = asking.read(request.GET, timezone.now())
    before = request.GET.get("after", "")
    wanted = queries.wanted(asked, request.user)
    found = queries.newer(wanted, after=before, most=showing.MOST_NEWER)
    if found:
        response = render(request, "observability/logs/_lines.html", {"lines": showing.rows(found)})
    else:
        response = HttpResponse(status=htmx.NOTHING_NEW)
    response.headers["X-After"] = showing.after(found, before)
    return response


@require_safe
def histogram(request: SignedInRequest) -> HttpResponse:
    """How many lines there were when, with what was deployed drawn over them."""
    asked = asking.read(request.GET, timezone.now())
    shown: dict[str, Any] = {"asked": asked}
    try:
        bars = queries.histogram(queries.wanted(asked, request.user), asked.span.step)
        chart = drawing.drawn(bars, markers.marks(asked), asked.span)
        zooms = [asked.within(one.since, one.until).address() for one in chart.columns]
        shown |= {"chart": chart, "columns": list(zip(chart.columns, zooms, strict=True))}
    except Refused as refused:
        shown["refused"] = refused
    return render(request, "observability/logs/_histogram.html", shown)


@require_safe
def beside(request: SignedInRequest) -> HttpResponse:
    """The facets."""
    asked = asking.read(request.GET, timezone.now())
    shown: dict[str, Any] = {"asked": asked}
    try:
        wanted, shown["is_wider"] = queries.countable(asked, request.user)
        counted = queries.counted(wanted)
        known = patterns.by_id(value for value, _ in counted.values["pattern"])
        shown |= {"counted": counted, "facets": facets.of(counted, asked, known)}
    except Refused as refused:
        shown["refused"] = refused
    return render(request, "observability/logs/_facets.html", shown)


@require_safe
def complete(request: SignedInRequest) -> HttpResponse:
    """What may be meant where the caret stands."""
    text, place = request.GET.get("q", ""), whole(request.GET.get("at", ""))
    offers = completion.offers(text, len(text) if place is None else place, request.user)
    return render(request, "observability/logs/_offers.html", {"offers": offers})


@require_safe
def line(request: SignedInRequest, key: str) -> HttpResponse:
    """One line between its neighbours, at an address that stays."""
    found = queries.line(key, request.user)
    given = whole(request.GET.get("around", ""))
    most = given if given in AROUND else AROUND[0]
    shown = showing.context(found, most) | {"most": most, "choices": AROUND}
    return render(request, "observability/logs/line.html", shown)


@require_safe
def values(request: SignedInRequest, key: str) -> HttpResponse:
    """What a row shows when it is opened; its links add to the search that is on the page."""
    found = queries.line(key, request.user)
    asked = asking.read(request.GET, timezone.now())
    shown = {"line": showing.row(found), "asked": asked, **showing.said(found, asked)}
    return render(request, "observability/logs/_values.html", shown)


@require_safe
def panel(request: SignedInRequest) -> HttpResponse:
    """The newest lines of a run, a deployment, a component or a client, on its page."""
    asked = asking.read(request.GET, timezone.now())
    shown: dict[str, Any] = {"asked": asked, "title": "Logs"}
    try:
        wanted = queries.wanted(asked, request.user)
        page = queries.search(wanted, most=showing.IN_PANEL)
        shown |= {
            "page": page,
            "lines": showing.rows(page.lines),
            "after": showing.after(page.lines),
            "is_live": asked.span.is_moving,
        }
    except Refused as refused:
        shown["refused"] = refused
    return render(request, "observability/logs/_panel.html", shown)


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The tab of the component page."""
    component = catalog.component(name)
    term = linking.field("component", component.name)
    logs = linking.lately(term, span="24h", now=timezone.now())
    shown = {"component": component, "logs": logs}
    return render(request, "observability/logs/of_component.html", shown)
