"""From the inputs of a version to files that an engine may read, in one environment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from deployments.environments.models import Environment
from pipelines.connections.models import Binding
from pipelines.connections.sources.base import SourceAdapter
from pipelines.engines.base import Source
from portal.errors import Refused


@cache
def adapter(kind: str) -> SourceAdapter:
    """The adapter of a kind of connection, as settings have it."""
    return cast(SourceAdapter, import_string(settings.SOURCE_ADAPTERS[kind])())


def resolve(
    *, inputs: Mapping[str, Mapping[str, Any]], environment: Environment
) -> tuple[Source, ...]:
    """Every input as a source; Refused says which has no binding here, or no file. One query."""
    names = {entry["connection"] for entry in inputs.values()}
    bindings = {
        binding.connection.name: binding
        for binding in Binding.objects.filter(
            environment=environment, connection__name__in=names
        ).select_related("connection")
        if binding.connection
    }
    sources = []
    for name, entry in inputs.items():
        binding = bindings.get(entry["connection"])
        if binding is None or binding.connection is None:
            raise Refused(
                f"The input {name} can't be read: {entry['connection']} has no binding in "
                f"{environment.name}. A maintainer of its team can bind it."
            )
        source = adapter(binding.connection.kind).resolve(
            name=name, address=binding.address, path=entry["path"]
        )
        sources.append(source)
    return tuple(sources)
