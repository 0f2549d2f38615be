"""A try that did not get there: again, waiting for the destination, or for good."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pipelines.deliveries.destinations.base import Heard
from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.dispatch import circuits
from pipelines.dispatch.operations.claims import MAX_TRIES, Claim, close, mine
from pipelines.dispatch.operations.leaving import note
from pipelines.execution import lifecycle
from pipelines.runs import telling
from portal.failpoints import hit

NOTHING_HEARD = Heard()


@transaction.atomic
def fail(
    *,
    claim: Claim,
    message: str,
    permanent: bool,
    now: datetime,
    is_place: bool = False,
    again_after: float | None = None,
    heard: Heard = NOTHING_HEARD,
) -> None:
    """This try did not get there: again after a pause where that can help, else it has failed.

    Where the destination itself keeps failing, the delivery waits for it for days.
    """
    delivery = claim.delivery
    note(claim, heard)
    pause = lifecycle.pause_before(delivery.tries, seed=str(delivery.pk))
    due = now + max(pause, timedelta(seconds=again_after or 0))
    again = lifecycle.may_try_again(tries=delivery.tries, permanent=permanent, most=MAX_TRIES) or (
        not permanent and circuits.waits_for_its_place(delivery, now=now)
    )
    if is_place:
        circuit = circuits.failed(delivery, message, again_after=again_after, now=now)
        if circuit.tries_at and not permanent and now - delivery.created_at < circuits.KEPT_FOR:
            again, due = True, circuit.tries_at
    held = mine(claim).update(
        state=Delivery.State.QUEUED if again else Delivery.State.FAILED,
        next_at=due if again else None,
        lease_until=None,
        message=message,
    )
    hit("pipelines.delivery.failing")
    close(claim, DeliveryAttempt.State.FAILED, message, now)
    hit("pipelines.delivery.failed")
    if held and not again:
        telling.delivery_failed(delivery, message, now)
