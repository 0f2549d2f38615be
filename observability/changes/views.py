"""The axis of changes: of everything, and of one component."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.changes import queries, timeline
from observability.changes.models import Change
from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

IN_PANEL = 12


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Everything that changed, newest first, by day."""
    names = ("component", "environment", "kind", "team")
    given = {name: request.GET.get(name, "").strip() for name in names}
    before = request.GET.get("before", "")
    page = pages.newest(queries.changes(**given), before=before, by="started_at")
    shown = {
        "page": page,
        "days": timeline.days(page.rows, timezone.now().date()),
        "given": given,
        "kinds": Change.Kind.choices,
    }
    return render(request, "observability/changes/list.html", shown)


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The panel of the component page."""
    component = catalog.component(name)
    page = pages.newest(queries.changes(component=component.name), size=IN_PANEL, by="started_at")
    shown = {
        "component": component,
        "page": page,
        "days": timeline.days(page.rows, timezone.now().date()),
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
        "days": timeline.days(page.rows, timezone.now().date()),
        "is_by_me": is_by_me,
    }
    return render(request, "observability/changes/_mine.html", shown)
