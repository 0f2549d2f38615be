"""Giving teams the use of connections, clients and destinations, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pipelines.connections import forms, operations, queries
from portal import htmx
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

asks = require_http_methods(["GET", "POST"])


@asks
def give(request: SignedInRequest, kind: str, name: str) -> HttpResponse:
    """Which team may use it from now on, or see rows of it, and why."""
    thing = queries.thing(kind, name)
    form = forms.GrantForm(request.POST or None, kind=kind)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_give.html",
        {"thing": thing, "kind": kind, "uses": form.uses},
        act=lambda: operations.give(
            thing=thing, by=request.user, now=timezone.now(), **form.given()
        ),
        to=queries.address_of(thing),
    )


@asks
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, naming what stops with it, then take a grant back."""
    grant = accounts.grant(pk)
    thing = queries.thing(grant.kind, grant.name)
    form = forms.TakeForm(request.POST if request.method == "POST" else None)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_take.html",
        {
            "grant": grant,
            "thing": thing,
            "held_as": f"{grant.team.name}/{grant.use}/{grant.kind}/{grant.name}",
            "users": catalog.users_of(grant.kind, grant.name, grant.team),
        },
        act=lambda: operations.take(
            grant=grant, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=queries.address_of(thing),
    )
