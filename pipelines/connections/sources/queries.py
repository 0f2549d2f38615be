"""What the inputs of a file are in one environment: names become places, places become rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from deployments.environments.models import Environment
from pipelines.connections import queries as connections
from pipelines.connections.models import Binding, Connection
from pipelines.connections.sources.base import (
    MEBIBYTE,
    Note,
    Portion,
    Shelf,
    SourceAdapter,
    SourceError,
    Wanted,
)
from pipelines.connections.sources.registry import adapter
from pipelines.engines.base import Beat, Column, Sample, Source
from pipelines.transformations import paths
from portal import secrets
from portal.errors import Refused

T = TypeVar("T")
Inputs = Mapping[str, Mapping[str, Any]]


def gather(
    *,
    inputs: Inputs,
    environment: Environment,
    parameters: Mapping[str, Any],
    folder: Path,
    beat: Beat,
    note: Note,
    portion: Portion | None = None,
) -> list[Source]:
    """What the engine reads for these inputs. SourceError says what can't be had, and why.

    `folder` holds what was fetched; it is made if needed, and the caller removes it with all that
    is in it. `portion` None is as much as the bindings allow; never is it more than that.
    """
    bound = connections.connections_bound(_names(inputs), environment.name)
    found: dict[str, Source] = {}
    for connection, entries in _by_connection(inputs).items():
        binding = bound.get(connection)
        if binding is None or binding.connection is None:
            raise _unbound(next(iter(entries)), connection, environment)
        wishes = [wanted(name, entry, parameters) for name, entry in entries.items()]
        sources = adapter(binding.connection.kind).gather(
            binding.address,
            wishes,
            secret=_secret(binding),
            options=binding.options,
            folder=folder,
            portion=_portion(binding, portion),
            beat=beat,
            note=note,
        )
        found.update({source.name: source for source in sources})
    return [found[name] for name in inputs]


def wanted(name: str, entry: Mapping[str, Any], parameters: Mapping[str, Any]) -> Wanted:
    """An input of a file as adapters understand it, parameters filled in."""
    path = entry.get("path") or ""
    return Wanted(
        name=name,
        path=paths.render(path, parameters) if path else "",
        table=entry.get("table") or "",
        format=entry.get("format") or "",
    )


def browse(
    *, connection: Connection, environment: Environment, search: str = "", most: int = 200
) -> Shelf:
    """What can be an input there. Refused, in words, where it can't be reached."""
    return _ask(
        connection,
        environment,
        lambda source, place: source.browse(
            place.address, secret=_secret(place), options=place.options, search=search, most=most
        ),
    )


def describe(
    *, connection: Connection, environment: Environment, wanted: Wanted
) -> tuple[Column, ...]:
    """The columns of one input. Names and types are no rows: whoever may use it may see them."""
    return _ask(
        connection,
        environment,
        lambda source, place: source.describe(
            place.address, wanted, secret=_secret(place), options=place.options
        ),
    )


def sample(
    *, connection: Connection, environment: Environment, wanted: Wanted, rows: int = 50
) -> Sample:
    """The first rows of one input. The caller has made sure that rows may be seen."""
    return _ask(
        connection,
        environment,
        lambda source, place: source.sample(
            place.address, wanted, rows=rows, secret=_secret(place), options=place.options
        ),
    )


def _ask(
    connection: Connection,
    environment: Environment,
    question: Callable[[SourceAdapter, Binding], T],
) -> T:
    binding = connections.binding(connection, environment)
    if binding is None:
        raise Refused(
            f"{connection.name} has no binding in {environment.name}. "
            f"{connections.who_can_help(connection.team)} can bind it."
        )
    try:
        return question(adapter(connection.kind), binding)
    except SourceError as error:
        raise Refused(error.message) from error


def _portion(binding: Binding, wished: Portion | None) -> Portion:
    """As much as the binding allows, or the less that is wished for."""
    options, most = binding.options, Portion()
    allowed = Portion(
        rows=options.get("rows", most.rows),
        bytes=options["megabytes"] * MEBIBYTE if "megabytes" in options else most.bytes,
        seconds=options.get("seconds", most.seconds),
    )
    if wished is None:
        return allowed
    return Portion(
        rows=min(wished.rows, allowed.rows),
        bytes=min(wished.bytes, allowed.bytes),
        seconds=min(wished.seconds, allowed.seconds),
        is_head=wished.is_head,
    )


def _secret(binding: Binding) -> str:
    try:
        return secrets.decrypt(bytes(binding.secret)) if binding.secret else ""
    except secrets.Undecryptable as error:
        raise SourceError(f"{binding.connection}: {error.message}", permanent=True) from error


def _names(inputs: Inputs) -> set[str]:
    return {str(entry["connection"]) for entry in inputs.values()}


def _by_connection(inputs: Inputs) -> dict[str, dict[str, Mapping[str, Any]]]:
    grouped: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, entry in inputs.items():
        grouped.setdefault(str(entry["connection"]), {})[name] = entry
    return grouped


def _unbound(name: str, connection: str, environment: Environment) -> SourceError:
    return SourceError(
        f"The input {name} can't be read: {connection} has no binding in "
        f"{environment.name}. Bind it there, then run this again.",
        permanent=True,
    )
