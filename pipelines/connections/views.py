"""Where data come from, where clients take them, and where both are in each environment."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deployments.environments import queries as environments
from pipelines.connections import forms, kinds, naming, operations, placed, queries, readers
from pipelines.connections.models import Connection, Destination
from pipelines.deliveries import operations as delivering
from pipelines.deliveries import queries as deliveries
from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@require_safe
def connections(request: SignedInRequest) -> HttpResponse:
    """All sources, with where they are in each environment."""
    shown = {
        "connections": queries.connections().order_by("name"),
        "may_create": bool(_own_teams(request)),
    }
    return render(request, "pipelines/connections/connections.html", shown)


@require_safe
def connection(request: SignedInRequest, name: str) -> HttpResponse:
    """A source: where it is, whether it can be reached, and who may use it."""
    found = placed.thing("connection", name)
    assert isinstance(found, Connection), "asked for by its kind"
    more = {"readers": readers.everywhere(found)}
    return _page(request, found, "pipelines/connections/connection.html", more)


@require_safe
def destination(request: SignedInRequest, name: str) -> HttpResponse:
    """Where a client takes data: each place, how it fares, and what was sent there last."""
    found = placed.thing("destination", name)
    assert isinstance(found, Destination), "asked for by its kind"
    more = {"deliveries": deliveries.newest_at(found)}
    return _page(request, found, "pipelines/connections/destination.html", more)


@asks
def new_connection(request: SignedInRequest) -> HttpResponse:
    """Name a source."""
    teams = _own_teams(request)
    form = forms.NewConnectionForm(request.POST or None, teams=teams)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_new_connection.html",
        {"teams": teams},
        act=lambda: operations.create_connection(
            **naming.with_team(form.cleaned_data), by=request.user, now=timezone.now()
        ),
        to=queries.address_of,
    )


@asks
def bind(request: SignedInRequest, kind: str, name: str, environment: str) -> HttpResponse:
    """Say where it is in an environment; what is asked for depends on the kind."""
    thing, place = placed.thing(kind, name), environments.environment(environment)
    held = queries.binding(thing, place)
    form = forms.BindForm(
        request.POST or None,
        thing=thing,
        held=held,
        is_platform=request.user.is_platform,
        address=placed.address_for(request.user, held) if held else "",
    )
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_bind.html",
        {
            "thing": thing,
            "environment": place,
            "held_as": f"{kind}/{name}/{place.name}",
            "held": held,
            "readers": readers.at(thing, place) if held else None,
            "unbind_address": f"{queries.address_of(thing)}in/{place.name}/unbind",
        },
        act=lambda: operations.bind(
            thing=thing,
            environment=place,
            by=request.user,
            now=timezone.now(),
            **form.given(),
        ),
        to=queries.address_of(thing),
    )


@asks
def unbind(request: SignedInRequest, kind: str, name: str, environment: str) -> HttpResponse:
    """Take the place away."""
    thing, place = placed.thing(kind, name), environments.environment(environment)
    # Nothing but the button: the form is sent even where no field of it is.
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_unbind.html",
        {
            "thing": thing,
            "kind": kind,
            "environment": place,
            "held_as": f"{kind}/{name}/{place.name}",
            "readers": readers.at(thing, place),
        },
        act=lambda: operations.unbind(
            thing=thing, environment=place, by=request.user, now=timezone.now()
        ),
        to=queries.address_of(thing),
    )


@require_POST
def test(request: SignedInRequest, kind: str, name: str, environment: str) -> HttpResponse:
    """Let a worker try the place."""
    thing, place = placed.thing(kind, name), environments.environment(environment)
    operations.test(thing=thing, environment=place, by=request.user, now=timezone.now())
    return htmx.go(request, queries.address_of(thing))


@require_POST
def resume(request: SignedInRequest, name: str, environment: str) -> HttpResponse:
    """Let what waits for a destination that rests be tried now."""
    thing = placed.thing("destination", name)
    assert isinstance(thing, Destination), "asked for by its kind"
    delivering.resume(
        destination=thing,
        environment=environments.environment(environment),
        by=request.user,
        now=timezone.now(),
    )
    return htmx.go(request, queries.address_of(thing))


def _page(
    request: SignedInRequest,
    found: Connection | Destination,
    template: str,
    more: dict[str, Any],
) -> HttpResponse:
    """Its page, or only its places, which are asked for again while one of them is tried."""
    kind = queries.kind_of(found)
    places = placed.places(found)
    is_over = not placed.is_being_tried(places)
    shown = {
        "thing": found,
        "kind": kind,
        "address": queries.address_of(found),
        "places": places,
        "is_over": is_over,
        "may_bind": access.may(request.user, "binding.set", found),
        "may_test": access.may(request.user, "binding.test", found),
        "may_give": access.may(request.user, "grant.give", found),
        "may_change": access.may(request.user, f"{kind}.change", found),
    }
    if htmx.is_fragment(request):
        part = "pipelines/connections/_places.html"
        return htmx.live(request, part, shown, is_over=is_over)
    grants = accounts.grants(kind=kind, name=found.name).order_by("team__name")
    asked = kinds.asked(found.kind, is_source=isinstance(found, Connection))
    return render(request, template, {**shown, **more, "grants": grants, "asked": asked})


def _own_teams(request: SignedInRequest) -> list[str]:
    """The teams for which this person may name a source."""
    rows = access.teams_where(request.user, "connection.create").order_by("name")
    return list(rows.values_list("name", flat=True))
