"""What the sweeper does: send again what is due, take back what a dead worker held."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.dispatch import circuits
from pipelines.dispatch.operations.claims import MAX_TRIES
from pipelines.runs import artifacts, telling
from portal.background import backlog, enqueue
from portal.failpoints import hit

DELIVER = "pipelines.deliveries.tasks.deliver"
CLEAR = "pipelines.deliveries.tasks.clear"


def sweep(*, now: datetime) -> int:
    """Send again what is due and was not taken; take back what a dead worker held."""
    done = take_back(now=now) + resend(now=now)
    # Last: the files may be out of reach, and that must take nothing from anybody.
    artifacts.remove_stale_outgoing(older_than=2 * circuits.KEPT_FOR.total_seconds())
    return done


def resend(*, now: datetime, most: int = 200) -> int:
    """Rows whose message may be lost. While the queue is not empty only old ones are sent again."""
    patience = settings.RESEND_SECONDS * (1 if backlog("deliveries") == 0 else 12)
    overdue = now - timedelta(seconds=patience)
    due = list(
        Delivery.objects.filter(state=Delivery.State.QUEUED, next_at__lt=overdue)
        .order_by("next_at")
        .values_list("pk", flat=True)[:most]
    )
    Delivery.objects.filter(pk__in=due, state=Delivery.State.QUEUED).update(next_at=now)
    for delivery_id in due:
        enqueue(DELIVER, delivery_id=str(delivery_id))
    return len(due) + _resend_clearing(overdue=overdue, now=now)


def _resend_clearing(*, overdue: datetime, now: datetime, most: int = 200) -> int:
    """Held deliveries whose remains at the destination nobody has removed yet."""
    held = Delivery.objects.filter(state=Delivery.State.HELD, next_at__lt=overdue)
    due = list(held.order_by("next_at").values_list("pk", flat=True)[:most])
    Delivery.objects.filter(pk__in=due, state=Delivery.State.HELD).update(next_at=now)
    for delivery_id in due:
        enqueue(CLEAR, delivery_id=str(delivery_id))
    return len(due)


@transaction.atomic
def take_back(*, now: datetime, most: int = 200) -> int:
    """Tries whose worker stopped prolonging its lease: lost, and due again at once."""
    stale = list(
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=Delivery.State.SENDING, lease_until__lt=now)
        .annotate(**circuits.seen())
        .only("pk", "attempt", "tries", "created_at")[:most]
    )
    message = "The worker stopped answering; its attempt was taken from it."
    for delivery in stale:
        again = delivery.tries < MAX_TRIES or circuits.waits_for_its_place(delivery, now=now)
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.QUEUED if again else Delivery.State.FAILED,
            next_at=now if again else None,
            lease_until=None,
            message=message,
        )
        hit("pipelines.delivery.losing")
        DeliveryAttempt.objects.filter(
            delivery=delivery, number=delivery.attempt, state=DeliveryAttempt.State.SENDING
        ).update(state=DeliveryAttempt.State.LOST, message=message, finished_at=now)
        hit("pipelines.delivery.lost")
        if again:
            enqueue(DELIVER, delivery_id=str(delivery.pk))
        else:
            telling.delivery_failed(delivery, message, now)
    return len(stale)
