"""From stored spans to halves of calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from observability.servicemap import peers
from observability.servicemap.pairing import ANSWERS, CLIENT, CONSUMER, PRODUCER, Half
from observability.servicemap.peers import Node

Row = tuple[UUID, UUID, str, str | None, str, str, int, bool, int, datetime, dict[str, Any]]
LONGEST_SERVICE, LONGEST_SPAN = 120, 16


def half(row: Row) -> Half:
    """A row as `observability.servicemap.operations` reads it."""
    _, trace_id, span_id, parent_id, component, environment, kind, failed, took, at, said = row
    return Half(
        trace_id=trace_id.hex,
        span_id=span_id[:LONGEST_SPAN],
        parent_id=(parent_id or "")[:LONGEST_SPAN],
        kind=kind,
        service=service(component, said),
        environment=environment[:LONGEST_SERVICE],
        at=at,
        duration=took,
        is_error=failed,
        peer=_peer(kind, said),
        is_uncounted=kind not in ANSWERS - {CONSUMER} and peers.is_uncounted(said),
    )


def service(component: str, attributes: Mapping[str, Any]) -> str:
    """Who speaks. Our own processes work for components; who they are stands in their resource."""
    resource = attributes.get("resource")
    own = resource.get("service.name") if isinstance(resource, Mapping) else None
    return str(own or component)[:LONGEST_SERVICE]


def _peer(kind: int, attributes: Mapping[str, Any]) -> Node | None:
    if kind == CLIENT:
        return peers.peer(attributes)
    return peers.queue(attributes) if kind in {PRODUCER, CONSUMER} else None
