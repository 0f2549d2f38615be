"""The figures in the whole house, and which doors lead there.

ines   has said of one deployment that it was planned; nobody has said anything of the others
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from observability.changes.models import Change
from observability.dora import operations
from portal.accounts.models import User


def furnish(people: Mapping[str, User], *, now: datetime) -> None:
    operations.reclassify(
        change=_deployments().latest("id"),
        what="planned",
        reason="It was in the calendar.",
        by=people["ines"],
        now=now,
    )


def row(noun: str, verb: str) -> Any:
    """The deployment that a door is tried on."""
    if noun == "rows" or verb in {"reclassify", "take-back"}:
        rows = _deployments()
        return rows.latest("id") if verb == "take-back" else rows.earliest("id")
    return None


def _deployments() -> Any:
    return Change.objects.filter(kind=Change.Kind.DEPLOYMENT, outcome=Change.Outcome.SUCCEEDED)


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")
WORD = _says(what="not_a_failure", reason="A drill.")
LOOKING = """
/dora/ /dora/rows.csv /dora/changes/{pk}/reclassify /dora/changes/{pk}/take-back
/components/{name}/panels/dora /api/v1/dora/ /api/v1/dora/rows/ /api/v1/dora/rows/{pk}/
"""
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "POST /dora/changes/{pk}/reclassify": (MAINTAINERS, WORD),
    "POST /dora/changes/{pk}/take-back": (MAINTAINERS, _says(yes="yes")),
    "POST /api/v1/dora/rows/{pk}/reclassify/": (MAINTAINERS, WORD),
    "POST /api/v1/dora/rows/{pk}/take-back/": (MAINTAINERS, None),
}
# Doors that write, by what they leave; a refusal is left, too
KEPT = {
    "change.reclassify": [
        "POST /dora/changes/{pk}/reclassify",
        "POST /api/v1/dora/rows/{pk}/reclassify/",
    ],
    "change.take_back": [
        "POST /dora/changes/{pk}/take-back",
        "POST /api/v1/dora/rows/{pk}/take-back/",
    ],
}
