"""A try at a delivery as a span of the run's trace."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from observability.instrumentation import work as tracing
from pipelines.dispatch.operations import Claim


def attempt(claim: Claim, began: datetime) -> AbstractContextManager[object]:
    """The span of one try, from before it was claimed."""
    delivery = claim.delivery
    return tracing.working(
        f"deliver {delivery.destination.name}",
        at=tracing.Belonging(delivery.trace_id, delivery.span_id),
        work=delivery.pk,
        number=claim.number,
        began=began,
        attributes={
            "slipway.delivery": delivery.number,
            "slipway.attempt": claim.number,
            "slipway.destination": delivery.destination.name,
        },
    )
