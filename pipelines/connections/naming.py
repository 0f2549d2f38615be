"""Naming clients and the places where they take data; calling things otherwise; taking away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pipelines.connections import change_operations, forms, operations, queries, removal
from pipelines.connections.models import Client, Connection, Destination
from pipelines.connections.queries import Thing
from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@asks
def new_client(request: SignedInRequest) -> HttpResponse:
    """Name someone who receives data; their page then asks where they take it."""
    teams = _teams(request, "client.create")
    form = forms.NewClientForm(request.POST or None, teams=teams)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_new_client.html",
        {"teams": teams},
        act=lambda: operations.create_client(
            **with_team(form.cleaned_data), by=request.user, now=timezone.now()
        ),
        to=queries.address_of,
    )


@asks
def new_destination(request: SignedInRequest, name: str) -> HttpResponse:
    """Name a place where this client takes data; its page then asks where that is."""
    client = queries.client(name)
    teams = _teams(request, "destination.create")
    initial = {"team": client.team.name}
    form = forms.NewDestinationForm(request.POST or None, teams=teams, initial=initial)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_new_destination.html",
        {"teams": teams, "client": client},
        act=lambda: operations.create_destination(
            client=client,
            **with_team(form.cleaned_data),
            by=request.user,
            now=timezone.now(),
        ),
        to=queries.address_of,
    )


@asks
def edit(request: SignedInRequest, kind: str, name: str) -> HttpResponse:
    """What it is called and what it is, not where: that is bound."""
    thing = queries.thing(kind, name)
    form = forms.WordsForm(request.POST or None, thing=thing)
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_edit.html",
        {"thing": thing, "kind": kind.capitalize()},
        act=lambda: _change(thing)(by=request.user, now=timezone.now(), **form.cleaned_data),
        to=queries.address_of(thing),
    )


@asks
def remove(request: SignedInRequest, kind: str, name: str) -> HttpResponse:
    """Say what hinders it; where nothing does, take it away."""
    thing = queries.thing(kind, name)
    form = forms.RemoveForm(request.POST if request.method == "POST" else None)
    after = thing.client if isinstance(thing, Destination) else None
    return htmx.asked(
        request,
        form,
        "pipelines/connections/_remove.html",
        {"thing": thing, "kind": kind, "hinders": _hinders(thing)},
        act=lambda: _remove(thing)(by=request.user, now=timezone.now(), **form.cleaned_data),
        to=queries.address_of(after) if after else reverse("pipelines:client-list"),
    )


def _change(thing: Thing) -> Callable[..., Thing]:
    if isinstance(thing, Connection):
        return partial(change_operations.change_connection, thing=thing)
    if isinstance(thing, Client):
        return partial(change_operations.change_client, thing=thing)
    return partial(change_operations.change_destination, thing=thing)


def _remove(thing: Thing) -> Callable[..., None]:
    if isinstance(thing, Client):
        return partial(operations.remove_client, thing=thing)
    assert isinstance(thing, Destination), "connections stay"
    return partial(operations.remove_destination, thing=thing)


def _hinders(thing: Thing) -> str:
    if isinstance(thing, Client):
        return removal.of_client(thing)
    assert isinstance(thing, Destination), "connections stay"
    return removal.of_destination(thing)


def _teams(request: SignedInRequest, verb: str) -> list[str]:
    rows = access.teams_where(request.user, verb).order_by("name")
    return list(rows.values_list("name", flat=True))


def with_team(given: dict[str, Any]) -> dict[str, Any]:
    """Whether the person may is the operation's to say, also of a team that is not offered."""
    return {**given, "team": accounts.team(given["team"])}
