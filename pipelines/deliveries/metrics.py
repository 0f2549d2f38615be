"""Figures of deliveries for /metrics: out of partial indexes, and the last minutes' attempts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from observability.metrics.base import Figure, waiting, work
from pipelines.deliveries.models import Circuit, Delivery, DeliveryAttempt
from portal.ids import first_at

OPEN = (*Delivery.UNFINISHED, Delivery.State.HELD)
RECENT = timedelta(minutes=10)


def figures(*, now: datetime) -> Iterator[Figure]:
    """Open deliveries by state, how long the oldest has waited, and attempts that failed lately."""
    counts = {state: Delivery.objects.filter(state=state).count() for state in OPEN}
    yield from work("delivery", OPEN, counts)
    due = Delivery.objects.filter(state=Delivery.State.QUEUED, next_at__lte=now)
    yield waiting("deliveries", due.aggregate(since=Min("created_at"))["since"], now)
    resting = Circuit.objects.filter(opened_at__isnull=False).count()  # as good as empty
    yield Figure("destinations_paused", "Destinations that keep failing and rest.", resting)
    # Attempts have no index by time, but their identities are ordered by it.
    failed = DeliveryAttempt.objects.filter(
        pk__gte=first_at(now - RECENT), state=DeliveryAttempt.State.FAILED
    )
    yield Figure(
        "delivery_failures_10m",
        "Attempts at deliveries that failed in the last ten minutes.",
        failed.count(),
    )
