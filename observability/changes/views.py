"""The axis of changes: of everything, and of one component."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.changes import axis, linking, marks, queries, timeline
from observability.changes.axis import Axis, Span
from observability.changes.linking import Beside
from observability.changes.marks import KIND, LABEL, Mark
from observability.changes.models import Change
from observability.changes.timeline import Day
from observability.logs import queries as logs
from portal import htmx, pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

IN_PANEL = 12
NAMES = ("component", "environment", "team", "client", "outcome")


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """The axis of everything, and the changes on it, newest first, by day."""
    now = timezone.now()
    given = {name: request.GET.get(name, "").strip() for name in NAMES}
    kinds = [kind for kind in request.GET.getlist("kind") if kind in {*Change.Kind.values, KIND}]
    words = {name: request.GET.get(name, "").strip() for name in ("days", "since", "until")}
    span = axis.span(**words, now=now)
    is_zoomed = any(words.values())
    since, until = (span.since, span.until) if is_zoomed else (None, None)
    rows = _changes(given, kinds, since, until)
    page, newer = pages.followed(
        rows,
        upto=request.GET.get("upto", ""),
        before=request.GET.get("before", ""),
        by="started_at",
    )
    shown = {"page": page, "newer": newer, "days": _days(page.rows, now)}
    if htmx.is_fragment(request):
        return htmx.live(request, "observability/changes/_list.html", shown, is_over=False)
    drawn = _drawn(request, given, kinds, span)
    choices = _choices(request, kinds)
    is_filtered = is_zoomed or bool(kinds) or any(given.values())
    frame = {"given": given, "words": words, "kinds": choices, "axis": drawn, "now": now}
    more = {"outcomes": Change.Outcome.choices, "presets": axis.PRESETS, "usual": axis.USUAL}
    shown |= {**frame, **more, **_ways(span, now), "is_filtered": is_filtered}
    return render(request, "observability/changes/list.html", shown)


def _days(rows: Iterable[Any], now: datetime) -> list[Day[Any]]:
    """As they are read, each with the way to what was logged and traced around it."""
    return timeline.days(rows, now.date(), partial(_beside, now=now))


def _beside(change: Change, now: datetime) -> Beside | None:
    if change.component is None:
        return None
    return linking.beside(
        change.component.name,
        change.environment,
        began=change.started_at,
        ended=change.finished_at,
        now=now,
    )


def _changes(
    given: dict[str, str],
    kinds: Sequence[str],
    since: datetime | None,
    until: datetime | None,
) -> QuerySet[Change]:
    """What is no mark; nothing where only marks are wanted."""
    own = [kind for kind in kinds if kind != KIND]
    rows = queries.changes(**given, kinds=own, since=since, until=until)
    return rows if own or not kinds else rows.none()


def _drawn(
    request: SignedInRequest, given: dict[str, str], kinds: Sequence[str], span: Span
) -> Axis:
    rows = _changes(given, kinds, span.since, span.until)
    names = (given["component"], given["environment"], given["team"], given["client"])
    found: list[Mark] = []
    if not given["outcome"] and (KIND in kinds or not kinds):  # a mark has no outcome
        hidden = logs.hidden_from(request.user)
        found = marks.marks(marks.Scope(span.since, span.until, *names, hidden))
    return axis.drawn(queries.happened(rows), span, found)


def _ways(span: Span, now: datetime) -> dict[str, tuple[str, str] | None]:
    """Where the buttons beside the axis lead, as since and until."""
    ways = {
        "wider": span.wider(now),
        "closer": None if span.is_short else span.closer(),
        "earlier": span.earlier(),
        "later": span.later(now) if span.until < now - span.step else None,
    }
    return {name: (_said(way[0]), _said(way[1])) if way else None for name, way in ways.items()}


def _said(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _choices(request: SignedInRequest, chosen: Sequence[str]) -> list[tuple[str, str, str, bool]]:
    """Each kind with its label, the address that adds or takes it, and whether it is chosen."""
    found = []
    for value, label in [*Change.Kind.choices, (KIND, LABEL)]:
        query = request.GET.copy()
        for name in ("before", "upto", "seen"):
            query.pop(name, None)
        others = [kind for kind in chosen if kind != value]
        query.setlist("kind", others if value in chosen else [*chosen, value])
        found.append((value, str(label), f"?{query.urlencode()}", value in chosen))
    return found


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The panel of the component page."""
    component = catalog.component(name)
    page = pages.newest(queries.changes(component=component.name), size=IN_PANEL, by="started_at")
    shown = {
        "component": component,
        "page": page,
        "days": _days(page.rows, timezone.now()),
    }
    return render(request, "observability/changes/_panel.html", shown)


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """The panel of the home page: what changed for this person's teams, or by this person."""
    is_by_me = request.GET.get("by") == "me"
    rows = queries.by(request.user) if is_by_me else queries.of_teams(request.user)
    page = pages.newest(rows, size=IN_PANEL, by="started_at")
    shown = {
        "page": page,
        "days": _days(page.rows, timezone.now()),
        "is_by_me": is_by_me,
    }
    return render(request, "observability/changes/_mine.html", shown)
