"""What was seen in the whole house, and which doors lead there.

turnstile   sends telemetry (mira's token), and nobody answers for it
parking     did so as well; ines claimed it for airline-data and declared its database
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from observability.senders import operations as senders
from observability.servicemap.models import EdgeSum, ObservedEdge
from portal.accounts.models import Team, User
from portal.catalog.models import Component
from portal.claims import operations as claims
from portal.declarations import operations as declarations

DATABASE = "postgresql parking"


def furnish(people: Mapping[str, User], *, now: datetime) -> None:
    senders.admission(names=["turnstile", "parking"], sender=people["mira"], now=now)
    senders.introduce(now=now)
    parking = Component.objects.select_related("team").get(name="parking")
    team = Team.objects.get(name="airline-data")
    parking = claims.claim(component=parking, team=team, by=people["ines"], now=now)
    declarations.declare(
        component=parking, kind="database", name=DATABASE, by=people["ines"], now=now
    )
    seen("parking", "turnstile")


def seen(caller: str, callee: str) -> None:
    """A call of now, of the hour and of the day."""
    now = timezone.now()
    edge = ObservedEdge.objects.create(
        caller_kind="component",
        caller=caller,
        callee_kind="component",
        callee=callee,
        environment="staging",
        first_seen_at=now,
        last_seen_at=now,
        trace_id=UUID("5b8efff798038103d269b633813fc60c"),
    )
    hour = now.replace(minute=0, second=0, microsecond=0)
    for span, begins_at in (("hour", hour), ("day", hour.replace(hour=0))):
        EdgeSum.objects.create(
            edge=edge,
            span=span,
            begins_at=begins_at,
            calls=3,
            errors=1,
            timed=3,
            total=30_000,
            buckets={"94": 3},
        )


NAMED = {
    **dict.fromkeys(("let-go", "declare", "undeclare"), "parking"),
    "claim": "turnstile",
    "service-map": "parking",
}


def address(path: str) -> dict[str, Any]:
    """The component that a door is tried on."""
    verb = path.rstrip("/").rpartition("/")[2]
    is_ours = path.startswith(("/components/{name}/", "/api/v1/components/{name}/"))
    return {"name": NAMED[verb]} if is_ours and verb in NAMED else {}


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")
CLAIMED = _says(team="airline-data")
WHY = _says(reason="It is somebody else's.")
QUEUE = _says(kind="queue", name="paid")
DECLARED = _says(kind="database", name=DATABASE)
LOOKING = """
/service-map/ /service-map/data /components/{name}/service-map /services/
/components/{name}/claim /components/{name}/let-go /components/{name}/declare
/components/{name}/undeclare /api/v1/service-map/ /api/v1/services/
"""
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /service-map/thing": (SIGNED_IN, _says(kind="component", name="parking")),
    "POST /components/{name}/claim": (MAINTAINERS, CLAIMED),
    "POST /components/{name}/let-go": (MAINTAINERS, WHY),
    "POST /components/{name}/declare": (MAINTAINERS, QUEUE),
    "POST /components/{name}/undeclare": (MAINTAINERS, DECLARED),
    "POST /api/v1/components/{name}/claim/": (MAINTAINERS, CLAIMED),
    "POST /api/v1/components/{name}/let-go/": (MAINTAINERS, WHY),
    "POST /api/v1/components/{name}/declare/": (MAINTAINERS, QUEUE),
    "POST /api/v1/components/{name}/undeclare/": (MAINTAINERS, DECLARED),
}
# Doors that write, by what they leave; a refusal is left, too
KEPT = {
    f"component.{verb.replace('-', '_')}": [
        f"POST /components/{{name}}/{verb}",
        f"POST /api/v1/components/{{name}}/{verb}/",
    ]
    for verb in ("claim", "let-go", "declare", "undeclare")
}
