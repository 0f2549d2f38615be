"""Connections, clients and destinations as the search knows them."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.connections.models import Client, Connection, Destination
from portal.search.things import Thing


def thing(found: Connection | Client | Destination) -> Thing:
    """By name and title; a destination also by its client."""
    if isinstance(found, Client):
        return _client(found)
    if isinstance(found, Destination):
        return _destination(found)
    return _connection(found)


def every() -> Iterator[Thing]:
    """All of them, for the command that builds the search anew."""
    for kind, joined in ((Connection, ()), (Client, ()), (Destination, ("client",))):
        rows = kind.objects.select_related("team", *joined).order_by("pk")
        yield from (thing(row) for row in rows.iterator())


def _connection(found: Connection) -> Thing:
    return Thing(
        kind="connection",
        name=found.name,
        url=f"/connections/{found.name}/",
        icon="database",
        title=found.title,
        text=found.description,
        team=found.team.name,
        note=f"Source, {found.get_kind_display().lower()}",
        labels=[("kind", found.kind)],
        weight=2,
    )


def _client(found: Client) -> Thing:
    return Thing(
        kind="client",
        name=found.name,
        url=f"/clients/{found.name}/",
        icon="client",
        title=found.title,
        text=found.description,
        team=found.team.name,
        note="Client",
        weight=5,
    )


def _destination(found: Destination) -> Thing:
    return Thing(
        kind="destination",
        name=found.name,
        url=f"/destinations/{found.name}/",
        icon="send",
        title=found.title,
        team=found.team.name,
        note=f"Destination, {found.get_kind_display().lower()}",
        labels=[("client", found.client.name)],
        weight=1,
    )
