"""Figures of the audit: is the sealer keeping up?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min

from observability.metrics.base import Figure
from portal.audit.models import Unsealed


def figures(*, now: datetime) -> Iterator[Figure]:
    """The queue of the sealer holds what the last second wrote, so it is small."""
    waiting = Unsealed.objects.aggregate(count=Count("pk"), since=Min("entry__at"))
    since = waiting["since"]
    yield Figure("audit_unsealed", "Audit entries that wait for their seal.", waiting["count"])
    yield Figure(
        "audit_unsealed_oldest_seconds",
        "How long the oldest audit entry has been waiting for its seal.",
        max((now - since).total_seconds(), 0.0) if since else 0.0,
    )
