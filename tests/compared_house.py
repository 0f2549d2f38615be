"""Which deployment of the whole house is compared, what is kept of it, and which doors lead there.

v2 in staging is beside v1, which served for an hour before it; what is kept against v2 hangs on the
deployment of v1.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from deployments.evidence import operations, queries
from deployments.evidence.models import Evidence
from deployments.rollouts.models import Deployment, Live
from observability.changes.models import Change

HOUR = timedelta(hours=1)


def furnish(*, now: datetime) -> None:
    first = Deployment.objects.filter(environment__name="staging").earliest("id")
    earlier = {"live_at": now - HOUR}  # all of the house is made in one moment
    Deployment.objects.filter(pk=first.pk).update(**earlier)
    Change.objects.filter(pk=_change(first).pk).update(**earlier)
    operations.keep(rollback=first, gathered=queries.gather(_live(), now))


def row(noun: str, verb: str) -> Any:
    """The row that a door is tried on."""
    if verb == "evidence":
        return Evidence.objects.select_related("deployment").get().deployment
    if verb != "comparison":
        return None
    return _live() if noun == "deployments" else _change(_live())


def _live() -> Deployment:
    where = {"component__name": "carrier-punctuality", "environment__name": "staging"}
    return Live.objects.get(**where).deployment


def _change(deployment: Deployment) -> Change:
    return Change.objects.get(external_id=f"deployment:{deployment.pk}")


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
LOOKING = """
/changes/{pk}/comparison /deployments/{number}/panels/comparison /runs/{number}/panels/cause
/api/v1/changes/{pk}/comparison/ /api/v1/deployments/{number}/comparison/
/api/v1/deployments/{number}/evidence/
"""
TABLE: dict[str, Any] = {f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()}
