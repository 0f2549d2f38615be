"""Whether what a file names exists, fits together, and may be used by the team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.connections import queries as connections
from pipelines.connections.models import Client, Connection, Destination
from pipelines.connections.queries import Thing
from pipelines.connections.sources.base import Wanted
from pipelines.connections.sources.registry import adapter
from pipelines.deliveries.destinations import registry as destinations
from pipelines.transformations.reading import Reading
from portal.accounts import grants
from portal.accounts.models import Team
from portal.files.findings import Finding, Path, nearest

Named = tuple[Path, str, str]  # where it stands, its kind and its name
Things = Mapping[tuple[str, str], Thing]
TO = {"connection": "query", "client": "deliver to", "destination": "deliver to"}


def findings(reading: Reading, team: Team) -> Iterator[Finding]:
    """Unknown names, destinations of another client, inputs of the wrong kind, missing grants."""
    named = list(_named(reading))
    things = connections.by_name(_names_by_kind(named))
    for path, kind, name in named:
        if (kind, name) not in things:
            yield reading.document.finding(_unknown(kind, name), path)
    yield from _misfits(reading, things)
    yield from _without_grant(reading, named, things, team)


def _named(reading: Reading) -> Iterator[Named]:
    """Every name of a connection, client or destination, in the order of the file."""
    for name, entry in reading.outline.inputs.items():
        yield from _one(("spec", "inputs", name), entry, "connection")
    for path, entry in reading.outline.items("spec", "deliveries"):
        yield from _one(path, entry, "client")
        yield from _one(path, entry, "destination")


def _one(path: Path, entry: Mapping[str, Any], kind: str) -> Iterator[Named]:
    name = entry.get(kind)
    if isinstance(name, str) and name:
        yield (*path, kind), kind, name


def _names_by_kind(named: list[Named]) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {}
    for _, kind, name in named:
        wanted.setdefault(kind, set()).add(name)
    return wanted


def _unknown(kind: str, name: str) -> str:
    known = connections.names(kind)
    who = " A maintainer of the team that answers for it can create it."
    return f"There is no {kind} “{name}”.{nearest(name, known) or who}"


def _misfits(reading: Reading, things: Things) -> Iterator[Finding]:
    for name, entry in reading.outline.inputs.items():
        found = things.get(("connection", str(entry.get("connection"))))
        if isinstance(found, Connection):
            words = adapter(found.kind).problem(_wanted(name, entry))
            if words and (entry.get("path") or entry.get("table")):
                path: Path = ("spec", "inputs", name)
                yield reading.document.finding(f"{found.name} can't give this input. {words}", path)
    for path, entry in reading.outline.items("spec", "deliveries"):
        client = things.get(("client", str(entry.get("client"))))
        destination = things.get(("destination", str(entry.get("destination"))))
        if not isinstance(destination, Destination):
            continue
        if isinstance(client, Client):
            yield from _wrong_client(reading, path, client, destination)
        if words := unfit(destination.name, destination.kind, entry):
            yield reading.document.finding(words, path)


def unfit(name: str, kind: str, entry: Mapping[str, Any]) -> str:
    """Why a destination of this kind can't take a delivery, or ""; what the file lacks in any case
    is said elsewhere."""
    if not (entry.get("format") or entry.get("table")):
        return ""
    words = destinations.adapter(kind).problem(entry)
    return f"{name} can't take this delivery. {words}" if words else ""


def _wanted(name: str, entry: Mapping[str, Any]) -> Wanted:
    path, table, form = (str(entry.get(word) or "") for word in ("path", "table", "format"))
    return Wanted(name, path=path, table=table, format=form)


def _wrong_client(
    reading: Reading, path: Path, client: Client, destination: Destination
) -> Iterator[Finding]:
    if destination.client_id == client.pk:
        return
    owner = Client.objects.get(pk=destination.client_id)
    own = list(client.destinations.order_by("name").values_list("name", flat=True)[:5])
    instead = f" {client.name} takes data at {', '.join(own)}." if own else ""
    yield reading.document.finding(
        f"{destination.name} belongs to {owner.name}, not to {client.name}.{instead}",
        (*path, "destination"),
    )


def _without_grant(
    reading: Reading, named: list[Named], things: Things, team: Team
) -> Iterator[Finding]:
    known = [(kind, name) for _, kind, name in named if (kind, name) in things]
    missing = set(grants.missing(team, known))
    for path, kind, name in named:
        if (kind, name) in missing:
            owner = things[kind, name].team
            yield reading.document.finding(
                f"{team.name} has no grant to {TO[kind]} the {kind} {name}. "
                f"{connections.who_can_help(owner)} can give it.",
                path,
            )
