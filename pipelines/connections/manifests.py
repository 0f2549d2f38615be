"""Connections, clients and destinations in files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel

from pipelines.connections import attaching, change_operations, operations, queries, removal
from pipelines.connections.manifest_shapes import (
    ClientDocument,
    ConnectionDocument,
    DestinationDocument,
)
from pipelines.connections.models import Client, Connection, Destination
from portal.accounts import queries as accounts
from portal.manifests.kinds.base import Farewell, Fields, Manifest, Reference, Task
from portal.manifests.kinds.described import Described
from portal.manifests.world import World


class Connections(Described):
    name = "Connection"
    noun = "connection"
    file = "connections.yaml"
    model: ClassVar[type[BaseModel]] = ConnectionDocument
    fixed = ("team", "kind")
    verbs = ("connection.create", "connection.change")

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = Connection.objects.select_related("team")
        if names is not None:
            rows = rows.filter(name__in=names)
        return {
            row.name: {**_words(row), "description": row.description, "kind": row.kind}
            for row in rows
        }

    def do(self, task: Task) -> None:
        given = task.given("title", "description")
        if task.present is None:
            operations.create_connection(
                name=task.name,
                kind=task.wanted["kind"],
                team=accounts.team(task.wanted["team"]),
                by=task.by,
                now=task.now,
                **given,
            )
            return
        thing = queries.connections().get(name=task.name)
        change_operations.change_connection(thing=thing, by=task.by, now=task.now, **given)


class Clients(Described):
    name = "Client"
    noun = "client"
    file = "clients.yaml"
    model: ClassVar[type[BaseModel]] = ClientDocument
    fixed = ("team",)
    verbs = ("client.create", "client.change")
    leaving = "client.remove"

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = Client.objects.select_related("team")
        if names is not None:
            rows = rows.filter(name__in=names)
        return {
            row.name: {**_words(row), "description": row.description, "contact": row.contact}
            for row in rows
        }

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        gone = {name for kind, name in world.leaving if kind == "Destination"}
        hindered = removal.of_clients(names, but=gone, taken=_taken(world))
        return _farewells(names, hindered)

    def do(self, task: Task) -> None:
        given = task.given("title", "description", "contact")
        if task.present is None:
            operations.create_client(
                name=task.name,
                title=given.pop("title", ""),
                team=accounts.team(task.wanted["team"]),
                by=task.by,
                now=task.now,
                **given,
            )
            return
        thing = queries.client(task.name)
        change_operations.change_client(thing=thing, by=task.by, now=task.now, **given)

    def leave(self, task: Task) -> None:
        thing = queries.client(task.name)
        operations.remove_client(thing=thing, by=task.by, now=task.now, reason=task.reason)


class Destinations(Described):
    name = "Destination"
    noun = "destination"
    file = "destinations.yaml"
    model: ClassVar[type[BaseModel]] = DestinationDocument
    fixed = ("team", "kind", "client")
    verbs = ("destination.create", "destination.change")
    leaving = "destination.remove"

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        yield from super().references(data)
        yield Reference("Client", data["spec"]["client"], ("spec", "client"))

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = Destination.objects.select_related("team", "client")
        if names is not None:
            rows = rows.filter(name__in=names)
        return {
            row.name: {**_words(row), "kind": row.kind, "client": row.client.name} for row in rows
        }

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        yield from super().refusals(manifest, wanted, present, world)
        client = world.fields_of("Client", wanted["client"])
        if present is not None or client is None or client["team"] == wanted["team"]:
            return
        if world.may("destination.create", client["team"]):
            return
        if "uses" not in world.notes:
            world.notes["uses"] = attaching.uses()
        if (wanted["team"], wanted["client"]) not in world.notes["uses"]:
            yield attaching.words(wanted["client"], team=wanted["team"])

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        gone = {
            tuple(name.split("/")[1:])
            for kind, name in world.leaving
            if kind == "Binding" and name.startswith("destination/")
        }
        hindered = removal.of_destinations(names, but=gone, taken=_taken(world))
        return _farewells(names, hindered)

    def do(self, task: Task) -> None:
        given = task.given("title")
        if task.present is None:
            operations.create_destination(
                name=task.name,
                kind=task.wanted["kind"],
                client=queries.client(task.wanted["client"]),
                team=accounts.team(task.wanted["team"]),
                by=task.by,
                now=task.now,
                **given,
            )
            return
        thing = queries.destinations().get(name=task.name)
        change_operations.change_destination(thing=thing, by=task.by, now=task.now, **given)

    def leave(self, task: Task) -> None:
        thing = queries.destinations().get(name=task.name)
        operations.remove_destination(thing=thing, by=task.by, now=task.now, reason=task.reason)


def _words(row: Connection | Client | Destination) -> Fields:
    return {"team": row.team.name, "title": row.title}


def _taken(world: World) -> set[str]:
    """Grants that would be taken back by then, as documents call them."""
    return {name for kind, name in world.leaving if kind == "Grant"}


def _farewells(names: Collection[str], hindered: Mapping[str, str]) -> dict[str, Farewell]:
    return {
        name: Farewell(f"It can't go: {hindered[name]}", stays=True)
        if name in hindered
        else Farewell("")
        for name in names
    }
