"""Points of metrics, as the receiver makes them."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import blake2b

from observability.partitions.batches import nanoseconds
from observability.series.stores.base import Kind, Point


def number(
    name: str,
    value: float,
    when: datetime,
    *,
    kind: Kind = Kind.SUM,
    component: str = "checkout",
    environment: str = "production",
    is_delta: bool = False,
    began: datetime | None = None,
    **labels: str,
) -> Point:
    said = json.dumps(labels, sort_keys=True)
    identity = f"{component} {environment} {name} {kind} {is_delta} {said}"
    return Point(
        component,
        environment,
        name,
        kind,
        is_delta,
        kind is Kind.SUM,
        said,
        "1",
        "",
        blake2b(identity.encode(), digest_size=16).hexdigest(),
        nanoseconds(when),
        nanoseconds(began) if began else 0,
        float(value),
        0,
        (),
        (),
    )


def histogram(
    name: str,
    bounds: tuple[float, ...],
    counts: tuple[float, ...],
    total: float,
    when: datetime,
    **labels: str,
) -> Point:
    return number(name, total, when, kind=Kind.HISTOGRAM, **labels)._replace(
        number=int(sum(counts)), bounds=bounds, counts=counts
    )
