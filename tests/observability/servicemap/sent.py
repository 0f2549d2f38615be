"""Spans as services send them: who, which kind, inside of which; written by the built-in store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from observability.partitions.batches import nanoseconds
from observability.servicemap.models import EdgeSum, MapProgress
from observability.servicemap.operations import looking
from observability.traces.stores.base import SpanLine
from observability.traces.stores.registry import store
from portal.ids import first_at

SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5
TRACE = "5b8efff798038103d269b633813fc60c"
MILLION = 1_000_000
Figures = dict[tuple[str, str], tuple[int, int, int, dict[str, int]]]


def span(
    service: str,
    kind: int,
    number: int,
    parent: int = 0,
    *,
    took: float = 10,
    trace: str = TRACE,
    failed: bool = False,
    at: datetime | None = None,
    environment: str = "production",
    **said: Any,
) -> SpanLine:
    """A span called by its number, `took` milliseconds; `db__system=…` are its attributes."""
    return SpanLine(
        nanoseconds(at or timezone.now().replace(minute=0, second=0, microsecond=0)),
        int(took * MILLION),
        trace,
        f"{number:016x}",
        f"{parent:016x}" if parent else "",
        service,
        environment,
        "1",
        f"work {number}",
        kind,
        failed,
        "",
        json.dumps({key.replace("__", "."): value for key, value in said.items()}),
        "[]",
        "[]",
        "",
        "",
    )


def arrived(*batches: Sequence[SpanLine]) -> None:
    """Each batch is kept, and looked at before the next one comes."""
    for batch in batches:
        store().write(batch)
        look()


def look() -> int:
    """As a tick does a little later, when whatever is written now is old enough."""
    return looking.look(now=timezone.now() + 2 * looking.BEHIND)


def begin() -> None:
    """The map begins here: spans of other tests are none of ours."""
    now = timezone.now()
    MapProgress.objects.all().delete()
    MapProgress.objects.create(upto=first_at(now), looked_at=now)


def figures(span: str = "hour") -> Figures:
    """(caller, callee) -> calls, failed, microseconds and buckets; kinds of what is no service."""
    rows = EdgeSum.objects.filter(span=span, calls__gt=0).select_related("edge")
    found: Figures = {}
    for row in rows:
        ends = (
            _said(row.edge.caller_kind, row.edge.caller),
            _said(row.edge.callee_kind, row.edge.callee),
        )
        assert ends not in found, "one environment and hour"
        found[ends] = (row.calls, row.errors, row.total, row.buckets)
    return found


def edges() -> dict[tuple[str, str], int]:
    """(caller, callee) -> calls."""
    return {ends: calls for ends, (calls, *_) in figures("day").items()}


def _said(kind: str, name: str) -> str:
    return name if kind == "component" else f"{kind}:{name}"
