"""What a transformation reads, takes and promises, as labels of its component in the search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.transformations.models import Version

Labels = list[tuple[str, str]]


def labels(spec: Mapping[str, Any]) -> Labels:
    """ "reads:flights", "source:nyc-files", "column:carrier", "parameter:month", "client:acme"."""
    found: Labels = []
    for name, entry in spec.get("inputs", {}).items():
        found += [("reads", name), ("source", entry["connection"])]
        found += [("reads", entry[key]) for key in ("path", "table") if entry.get(key)]
    columns = spec.get("contract", {}).get("columns", [])
    found += [("column", column["name"]) for column in columns]
    found += [
        (column["classification"], column["name"])
        for column in columns
        if column.get("classification")
    ]
    found += [("parameter", name) for name in spec.get("parameters", {})]
    for entry in spec.get("deliveries", []):
        found += [("client", entry["client"]), ("destination", entry["destination"])]
    return found


def labelled() -> Iterator[tuple[str, str, Labels]]:
    """(kind, name, labels) by the newest version of each, for the command that builds it anew."""
    newest = Version.objects.order_by("transformation", "-number").distinct("transformation")
    rows = newest.select_related("transformation__component").only(
        "spec", "number", "transformation__component__name"
    )
    for version in rows.iterator():
        component = version.transformation.component
        yield "component", component.name, labels(version.spec)
