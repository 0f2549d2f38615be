"""Questions about sources, clients, destinations and where they are."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from pipelines.connections.models import Binding, Client, Connection, Destination
from portal.accounts.models import Grant
from portal.errors import NotFound

MODELS: dict[str, type[Connection] | type[Client] | type[Destination]] = {
    Grant.Kind.CONNECTION: Connection,
    Grant.Kind.CLIENT: Client,
    Grant.Kind.DESTINATION: Destination,
}


def connections() -> QuerySet[Connection]:
    """Sources, with their team and their places."""
    return Connection.objects.select_related("team").prefetch_related(_places())


def clients() -> QuerySet[Client]:
    """Who receives data, with the destinations of each."""
    return Client.objects.select_related("team").prefetch_related(
        Prefetch("destinations", Destination.objects.order_by("name"))
    )


def destinations() -> QuerySet[Destination]:
    """Where clients take data, with their team and their places."""
    return Destination.objects.select_related("team", "client").prefetch_related(_places())


def bindings() -> QuerySet[Binding]:
    """Every place, with what it is the place of."""
    return Binding.objects.select_related(
        "environment", "connection__team", "destination__team", "destination__client", "created_by"
    )


def thing(kind: str, name: str) -> Connection | Client | Destination:
    """The connection, client or destination of this name; NotFound, in words, without it."""
    found = MODELS[kind].objects.select_related("team").filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no {kind} called “{name}”.")
    return found


def _places() -> Prefetch[str, QuerySet[Binding], str]:
    return Prefetch(
        "bindings", Binding.objects.select_related("environment").order_by("environment__order")
    )
