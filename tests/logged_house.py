"""Which searches are kept in the whole house, what is logged there, and which doors lead there.

mira keeps a search that her team shares; lines are of the component and of a service that nobody
owns, and are written where a test asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from observability.logs import asking, operations
from observability.logs.models import LogRecord, SavedSearch
from observability.logs.stores.base import LogLine
from observability.partitions.batches import nanoseconds
from portal.accounts.models import Team, User

TRACE = "5b8efff798038103d269b633813fc60c"


def furnish(people: Mapping[str, User], *, now: datetime) -> None:
    operations.save(
        name="What goes wrong",
        query="level:error+",
        span="24h",
        team=Team.objects.get(name="airline-data"),
        by=people["mira"],
        now=now,
    )


def lines(now: datetime, name: str = "carrier-punctuality") -> list[LogLine]:
    """Three of each level and source."""
    at = nanoseconds(now)
    return [
        LogLine(
            at - n * 1_000_000,
            component,
            "production",
            "2",
            severity,
            f"{word} {n} of {component}",
            '{"client": "acme-travel", "logger": "worker"}',
            TRACE,
            "eee19b7ec3c1b174",
            "",
            "",
        )
        for component in (name, "till")
        for severity, word in ((9, "went well"), (17, "went wrong"))
        for n in range(3)
    ]


def row(noun: str) -> Any:
    """The row that a door is tried on."""
    return SavedSearch.objects.order_by("id").first() if noun == "searches" else None


def more() -> dict[str, str]:
    """Further parts of addresses: a line that nobody owns."""
    found = LogRecord.objects.filter(component="till").order_by("at", "id").first()
    return {"key": _key(found) if found else ""}


def _key(found: LogRecord) -> str:
    return f"{(found.at - asking.EPOCH) // asking.MICROSECOND}~{found.id}"


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
OWNERS = ("mira", "ines", "priya")  # whose it is, and who answers for the team that shares it
TEAM = ("jonas", *OWNERS)
KEPT_ONE = _says(name="Slow ones", query='"took long"', span="24h")
LOOKING = """
/logs/ /logs/panels/newer /logs/panels/histogram /logs/panels/facets /logs/panels/offers
/logs/panels/lines /logs/searches/save
/logs/lines/{key}/ /logs/lines/{key}/panels/values /components/{name}/logs/ /clients/{name}/logs
/api/v1/logs/ /api/v1/logs/histogram/ /api/v1/logs/facets/ /api/v1/logs/patterns/
/api/v1/logs/searches/
"""
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /logs/searches/{pk}/rename": (TEAM, None),
    "GET /logs/searches/{pk}/remove": (TEAM, None),
    "GET /api/v1/logs/searches/{pk}/": (TEAM, None),
    "POST /logs/searches/save": (SIGNED_IN, KEPT_ONE),
    "POST /logs/searches/{pk}/rename": (OWNERS, _says(name="Otherwise")),
    "POST /logs/searches/{pk}/remove": (OWNERS, _says(yes="yes")),
    "POST /api/v1/logs/searches/": (SIGNED_IN, KEPT_ONE),
    "PATCH /api/v1/logs/searches/{pk}/": (OWNERS, _says(name="Otherwise")),
    "DELETE /api/v1/logs/searches/{pk}/": (OWNERS, None),
}
# Doors that write, by what they leave
LEAVES = {
    "log_search.save": ["POST /logs/searches/save", "POST /api/v1/logs/searches/"],
    "log_search.rename": [
        "POST /logs/searches/{pk}/rename",
        "PATCH /api/v1/logs/searches/{pk}/",
    ],
    "log_search.remove": [
        "POST /logs/searches/{pk}/remove",
        "DELETE /api/v1/logs/searches/{pk}/",
    ],
}
