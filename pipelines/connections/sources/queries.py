"""What the inputs of a file are in one environment: names become places, places become files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deployments.environments.models import Environment
from pipelines.connections import queries as connections
from pipelines.connections.models import Binding
from pipelines.connections.sources.base import SourceError, Wanted
from pipelines.connections.sources.registry import adapter
from pipelines.engines.base import Source
from pipelines.transformations import paths
from portal import secrets


def resolve(
    *,
    inputs: Mapping[str, Mapping[str, Any]],
    environment: Environment,
    parameters: Mapping[str, Any],
) -> list[Source]:
    """What the engine reads for these inputs now. SourceError says what can't be had, and why."""
    names = {str(entry["connection"]) for entry in inputs.values()}
    bound = connections.connections_bound(names, environment.name)
    return [
        _source(wanted(name, entry, parameters), str(entry["connection"]), bound, environment)
        for name, entry in inputs.items()
    ]


def wanted(name: str, entry: Mapping[str, Any], parameters: Mapping[str, Any]) -> Wanted:
    """An input of a file as adapters understand it, parameters filled in."""
    path = entry.get("path") or ""
    return Wanted(
        name=name,
        path=paths.render(path, parameters) if path else "",
        table=entry.get("table") or "",
        format=entry.get("format") or "",
    )


def _source(
    wanted: Wanted, connection: str, bound: Mapping[str, Binding], environment: Environment
) -> Source:
    binding = bound.get(connection)
    if binding is None or binding.connection is None:
        raise SourceError(
            f"The input {wanted.name} can't be read: {connection} has no binding in "
            f"{environment.name}. Bind it there, then run this again.",
            permanent=True,
        )
    secret = secrets.decrypt(binding.secret) if binding.secret else ""
    return adapter(binding.connection.kind).resolve(binding.address, wanted, secret=secret)
