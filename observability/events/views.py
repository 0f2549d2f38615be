"""Sources of events: who tells, how to connect one, what came last, and what lacks a meaning."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from observability.events import forms, operations, queries, snippets
from observability.events.kinds import KINDS
from observability.events.models import EventSource, OutsideEvent
from portal import htmx, pages
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])
SIZE = 30
CREATE, CHANGE = "event_source.create", "event_source.change"


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Every source, with when it was last heard of."""
    teams = access.teams_where(request.user, CREATE)
    shown = {
        "sources": queries.sources().order_by("name"),
        "may_create": request.user.is_platform or teams.exists(),
    }
    return render(request, "observability/events/list.html", shown)


@require_safe
def detail(request: SignedInRequest, name: str) -> HttpResponse:
    """A source: what came, what fits nothing yet, and how it is connected."""
    source = queries.source(name)
    state = request.GET.get("state", "")
    page = pages.newest(
        queries.events(of=source, state=state), before=request.GET.get("before", ""), size=SIZE
    )
    shown = {
        **_about(request, source),
        "page": page,
        "state": state,
        "states": OutsideEvent.State.choices,
        "waiting": queries.waiting(source),
        "lacking": queries.lacking(source),
        "meanings": queries.meanings(source),
        "may_change": access.may(request.user, CHANGE, source.team),
        "may_test": access.may(request.user, "event_source.test", source.team),
    }
    return render(request, "observability/events/detail.html", shown)


def _about(request: SignedInRequest, source: EventSource) -> dict[str, object]:
    address = request.build_absolute_uri(reverse("observability:events-in", args=[source.name]))
    return {
        "source": source,
        "kind": KINDS[source.kind],
        "address": address,
        "snippets": snippets.of(source.kind, address),
    }


@require_safe
def event(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One event as it came."""
    found = queries.event(pk)
    body = json.dumps(found.body, indent=2, ensure_ascii=False) if found.body else ""
    shown = {"event": found, "source": found.source, "body": body}
    return render(request, "observability/events/event.html", shown)


@never_cache
@asks
def new(request: SignedInRequest) -> HttpResponse:
    """Make a source; its secret is shown in the answer and never again."""
    teams = [team.name for team in access.teams_where(request.user, CREATE).order_by("name")]
    form = forms.NewSourceForm(
        request.POST or None, teams=teams, is_platform=request.user.is_platform
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        team = accounts.team(given["team"]) if given["team"] else None
        made = htmx.attempt(
            form,
            lambda: operations.create(
                name=given["name"],
                kind=given["kind"],
                team=team,
                by=request.user,
                now=timezone.now(),
            ),
        )
        if made:
            shown = {**_about(request, made[0]), "secret": made[1]}
            return render(request, "observability/events/secret.html", shown)
    shown = {"form": form, "teams": teams}
    return render(request, "observability/events/new.html", shown, status=htmx.status_of(form))


@never_cache
@asks
def rotate(request: SignedInRequest, name: str) -> HttpResponse:
    """Another secret, shown in the answer and never again."""
    source = queries.source(name)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        secret = htmx.attempt(
            form, lambda: operations.rotate(source=source, by=request.user, now=timezone.now())
        )
        if secret:
            shown = {**_about(request, source), "secret": secret, "is_another": True}
            return render(request, "observability/events/secret.html", shown)
    return render(
        request,
        "observability/events/rotate.html",
        {"form": form, "source": source},
        status=htmx.status_of(form),
    )


@asks
def switch(request: SignedInRequest, name: str) -> HttpResponse:
    """Switch it off, or on again."""
    source = queries.source(name)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    verb = operations.enable if source.disabled_at else operations.disable
    return htmx.asked(
        request,
        form,
        "observability/events/_switch.html",
        {"source": source},
        act=lambda: verb(source=source, by=request.user, now=timezone.now()),
        to=_address(source),
    )


@asks
def mean(request: SignedInRequest, name: str) -> HttpResponse:
    """Say what a name outside means here; what waited for it is applied at once."""
    source = queries.source(name)
    asked = {key: request.GET.get(key, "") for key in ("what", "outside")}
    form = forms.MeaningForm(request.POST or None, initial=asked)
    return htmx.asked(
        request,
        form,
        "observability/events/_mean.html",
        {"source": source, "environments": form.environments()},
        act=lambda: operations.mean(
            source=source, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=_address(source),
    )


@require_POST
def forget(request: SignedInRequest, name: str, pk: UUID) -> HttpResponse:
    """Take a meaning away."""
    source = queries.source(name)
    meaning = queries.meaning(source, pk)
    operations.forget(source=source, meaning=meaning, by=request.user, now=timezone.now())
    return htmx.go(request, _address(source))


@require_POST
def apply(request: SignedInRequest, name: str) -> HttpResponse:
    """Look again at what fits nothing yet."""
    source = queries.source(name)
    applied = operations.apply(source=source, by=request.user, now=timezone.now())
    words = f"{applied} on the axis now." if applied else "Nothing fits yet."
    return htmx.done(request, words, _address(source))


@require_POST
def test(request: SignedInRequest, name: str) -> HttpResponse:
    """Send a signed event through its door."""
    source = queries.source(name)
    became = operations.test(source=source, by=request.user, now=timezone.now())
    return htmx.done(request, became.words, _address(source))


def _address(source: EventSource) -> str:
    return reverse("observability:event-source-detail", args=[source.name])
