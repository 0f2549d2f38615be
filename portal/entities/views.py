"""Entities and what they say of each other; their sources are in `sourced.py`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.descriptors.checking import check
from portal.descriptors.reading import MOST_FILE
from portal.entities import comparing, queries
from portal.entities.findable import icon
from portal.entities.forms import FileForm
from portal.entities.models import Entity
from portal.entities.picture import drawn
from portal.entities.queries import Related
from portal.facets import facet


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Everything that files describe, narrowed down by kind, source, owner and state."""
    asked = request.GET.dict()
    page = queries.page(asked)
    shown = {
        "page": page,
        "rows": [(row, icon(row.folded)) for row in page.rows],
        "asked": asked,
        "kinds": facet("Kind", "kind", queries.kinds(asked), asked, most=12),
        "sources": queries.sources().order_by("name"),
        "is_narrowed": any(asked.get(name) for name in ("q", "kind", "source", "owner", "state")),
    }
    return render(request, "portal/entities/list.html", shown)


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """One entity: its relations as a picture, its source, what is wrong, and its text."""
    one = queries.entity(ref)
    relations = queries.relations(one)
    shown = {
        "entity": one,
        "icon": icon(one.folded),
        "relations": relations,
        "picture": drawn(one.shown, [(end.type, end.shown, _address(end)) for end in relations]),
        "findings": queries.findings(one.source, one.ref).order_by("line", "pk"),
        "why": queries.why_no_component(one),
        "compared": _compared(request, one),
    }
    return render(request, "portal/entities/detail.html", shown)


@require_safe
def findings(request: SignedInRequest) -> HttpResponse:
    """What is wrong with the files of every source, a page at a time."""
    name = request.GET.get("source", "")
    source = queries.source(name) if name else None
    page = pages.newest(queries.findings(source), before=request.GET.get("before", ""))
    return render(request, "portal/entities/findings.html", {"page": page, "source": source})


@require_http_methods(["GET", "POST"])
def validate(request: SignedInRequest) -> HttpResponse:
    """Look at a file before it is committed; nothing is kept."""
    form = FileForm(request.POST or None, request.FILES or None)
    checked = None
    if request.method == "POST" and form.is_valid():
        checked = check(form.cleaned_data["file"].read(MOST_FILE + 1))
    shown = {"form": form, "checked": checked}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/entities/validate.html", shown, status=status)


def _compared(request: SignedInRequest, one: Entity) -> comparing.Compared | None:
    if one.component is None:
        return None
    return comparing.compared(one, one.component, by=request.user, now=timezone.now())


def _address(end: Related) -> str:
    return reverse("portal:entity-detail", args=[end.ref]) if end.entity else ""
