"""Drafts in a list, and how one begins: from nothing, or from what exists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pipelines.drafts import forms, operations, queries
from pipelines.drafts.models import Draft
from pipelines.transformations.models import Version
from portal import htmx, pages
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.errors import NotFound


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Mine and those of my teams, the last changed first."""
    given = {name: request.GET.get(name, "") for name in ("state", "everyone")}
    rows = queries.filtered(
        who=request.user, state=given["state"], everyone=bool(given["everyone"])
    )
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", ""), by="changed_at"),
        "given": given,
        "states": Draft.State.choices,
        "is_writing": access.may_somewhere(request.user, "draft.change"),
    }
    return render(request, "pipelines/drafts/list.html", shown)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose: a title for something new, or a transformation to change or to copy."""
    teams = list(access.teams_where(request.user, "draft.change").order_by("name"))
    mine = {member.team_id for member in accounts.teams_of(request.user)}
    teams.sort(key=lambda team: (team.pk not in mine, team.name))
    form = forms.BeginForm(request.POST or None, teams=teams)
    if request.method == "POST" and form.is_valid():
        if shown := _is_begun(form):
            return render(request, "pipelines/drafts/begun.html", shown)
        draft = htmx.attempt(form, lambda: _begin(request, form))
        if draft:
            return htmx.go(request, draft.url)
    search = request.GET.get("q", "").strip()
    versions = list(queries.to_begin_from([] if search else list(mine), search)[:12])
    shown = {
        "form": form,
        "teams": teams,
        "search": search,
        "versions": versions,
        "begun": queries.open_of(versions),
        "drafts": list(queries.begun_by(request.user)[:3]),
    }
    return render(request, "pipelines/drafts/new.html", shown, status=htmx.status_of(form))


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """The last drafts that this person began, for the home page; those of teams are in the list."""
    drafts = list(queries.begun_by(request.user)[:4])
    return render(request, "pipelines/drafts/_mine.html", {"drafts": drafts})


def _is_begun(form: forms.BeginForm) -> dict[str, Any]:
    """The version that is to be changed, with who changes it already; empty where nobody does."""
    given = form.cleaned_data
    if not given["change"] or given["another"]:
        return {}
    version = _version(given["change"])
    drafts = queries.open_of([version])[version.pk]
    return {"version": version, "drafts": drafts} if drafts else {}


def _begin(request: SignedInRequest, form: forms.BeginForm) -> Draft:
    """Of nothing, of a version to be changed by its own team, or of a copy under another name."""
    given = form.cleaned_data
    title, team, name, base = given["title"], given["team"], "", None
    if given["change"]:
        base = _version(given["change"])
        team = base.transformation.component.team.name
    elif given["copy"]:
        base = _version(given["copy"])
        component = base.transformation.component
        title = title or f"{component.title or component.name} (copy)"
        name = f"{component.name}-copy"[:60]
    return operations.begin(
        team=accounts.team(team),
        title=title,
        name=name,
        base=base,
        by=request.user,
        now=timezone.now(),
    )


def _version(pk: UUID) -> Version:
    found = Version.objects.select_related("transformation__component__team").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such version.")
    return found
