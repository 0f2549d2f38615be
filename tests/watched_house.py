"""What is watched in the whole house, and which doors lead there.

mira has pinned two queries to the component's health; nothing is measured yet that they ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from observability.pins import operations
from observability.pins.models import PinnedQuery
from portal.accounts.models import User
from portal.catalog.models import Component


def furnish(people: Mapping[str, User], component: Component, *, now: datetime) -> None:
    for name, query in (("Queue", "queue.length"), ("Orders", "sum(rate(orders_total[5m]))")):
        operations.add(
            component=component,
            name=name,
            query=query,
            store="built_in",
            by=people["mira"],
            now=now,
        )


def row(noun: str) -> Any:
    """The query that a door is tried on."""
    if noun not in {"pins", "pinned-queries"}:
        return None
    return PinnedQuery.objects.filter(name="Queue").first()


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
TEAM = ("jonas", "mira", "ines", "priya")
DEVELOPERS = ("mira", "ines", "priya")
NAME = "carrier-punctuality"
PINNED = {"name": "Sold", "query": "seats.sold", "store": "built_in", "unit": "seats"}
PINS = "/components/{name}/health/pins/{pk}"
API = "/api/v1/pinned-queries/{pk}/"
LOOKING = f"""
/components/{{name}}/health/ /components/{{name}}/health/pins/new {PINS}/panels/chart {PINS}/edit
{PINS}/remove /bottlenecks/ /bottlenecks/panels/portal
/api/v1/bottlenecks/ /api/v1/pinned-queries/ {API}
"""
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /api/v1/health/": (SIGNED_IN, _says(component=NAME)),
    "GET /api/v1/bottlenecks/portal/": (("priya",), None),
    f"GET {API}values/": (TEAM, None),
    "POST /components/{name}/health/pins/new": (DEVELOPERS, _says(**PINNED)),
    f"POST {PINS}/edit": (DEVELOPERS, _says(**PINNED)),
    f"POST {PINS}/move": (DEVELOPERS, _says(to="down")),
    f"POST {PINS}/remove": (DEVELOPERS, _says(yes="yes")),
    "POST /api/v1/pinned-queries/": (DEVELOPERS, _says(component=NAME, **PINNED)),
    f"PATCH {API}": (DEVELOPERS, _says(name="Waiting")),
    f"DELETE {API}": (DEVELOPERS, None),
    f"POST {API}move/": (DEVELOPERS, _says(position=1)),
}
# Doors that write, by what they leave
LEAVES = {
    "pin.add": ["POST /components/{name}/health/pins/new", "POST /api/v1/pinned-queries/"],
    "pin.change": [f"POST {PINS}/edit", f"PATCH {API}"],
    "pin.move": [f"POST {PINS}/move", f"POST {API}move/"],
    "pin.remove": [f"POST {PINS}/remove", f"DELETE {API}"],
}
