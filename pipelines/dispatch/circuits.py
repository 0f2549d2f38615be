"""A destination that keeps failing is given a rest: one try now and then, and the others wait.

There is a row only while something fails, so the table is as good as empty, and every claim can
look into it on the way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import OuterRef, Subquery

from pipelines.deliveries.models import Circuit, Delivery
from pipelines.execution.lifecycle import doubled
from pipelines.runs import telling
from portal.background import enqueue

DELIVER = "pipelines.deliveries.tasks.deliver"
OPENS_AFTER = 5  # failures in a row
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 900.0  # seconds
KEPT_FOR = timedelta(days=3)  # a delivery waits that long for its destination
TRIAL = timedelta(seconds=60)  # nobody else tries meanwhile
SPREAD = 5.0  # seconds over which those that waited come back
MOST_AT_ONCE = 50


def seen() -> dict[str, Any]:
    """For a query over deliveries: whether something fails there, and when the next may try."""
    here = Circuit.objects.filter(
        destination=OuterRef("destination"), environment=OuterRef("environment")
    )
    return {
        "circuit_failures": Subquery(here.values("failures")[:1]),
        "circuit_tries_at": Subquery(here.values("tries_at")[:1]),
    }


def has_failures(delivery: Delivery) -> bool:
    """Whether something failed there lately, by what `seen` brought along."""
    return getattr(delivery, "circuit_failures", None) is not None


def waits_for_its_place(delivery: Delivery, *, now: datetime) -> bool:
    """Whether tries do not count: the destination itself fails, by what `seen` brought along."""
    is_open = getattr(delivery, "circuit_tries_at", None) is not None
    return is_open and now - delivery.created_at < KEPT_FOR


def let_through(delivery: Delivery, *, now: datetime) -> bool:
    """Whether this delivery may try. Where others have to wait it is put off, and says why."""
    tries_at: datetime | None = getattr(delivery, "circuit_tries_at", None)
    if tries_at is None:
        return True
    circuits = Circuit.objects.filter(
        destination=delivery.destination, environment=delivery.environment
    )
    if now >= tries_at and circuits.filter(tries_at=tries_at).update(tries_at=now + TRIAL):
        return True
    circuit = circuits.first()
    if circuit is None or circuit.tries_at is None:
        return True
    _put_off(delivery, circuit, now)
    return False


def failed(
    delivery: Delivery, message: str, *, again_after: float | None, now: datetime
) -> Circuit:
    """Count a failure of the destination itself; open its circuit after several in a row."""
    circuit, _ = Circuit.objects.select_for_update().get_or_create(
        destination=delivery.destination, environment=delivery.environment
    )
    circuit.failures += 1
    circuit.message = message
    if circuit.failures >= OPENS_AFTER:
        opens = circuit.opened_at is None
        circuit.opened_at = circuit.opened_at or now
        circuit.tries_at = now + timedelta(seconds=max(_pause(circuit), again_after or 0))
        if opens:
            telling.delivery_failed(delivery, words(circuit), now)
    circuit.save()
    return circuit


def works(delivery: Delivery, *, now: datetime) -> None:
    """Somebody got through: forget what failed, and let those that wait come."""
    at = {"destination": delivery.destination, "environment": delivery.environment}
    was_open = Circuit.objects.filter(**at, opened_at__isnull=False).exists()
    Circuit.objects.filter(**at).delete()
    if not was_open:
        return
    waiting = Delivery.objects.filter(**at, state=Delivery.State.QUEUED, next_at__gt=now)
    first = list(waiting.order_by("next_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    waiting.update(next_at=now, message="")
    for delivery_id in first:  # the sweeper brings the others
        enqueue(DELIVER, delivery_id=str(delivery_id))


def words(circuit: Circuit) -> str:
    """Since when it rests and until when, for a person."""
    assert circuit.opened_at is not None, "only an open one has something to say"
    assert circuit.tries_at is not None, "and an instant for its next try"
    return (
        f"{circuit.destination.name} is paused since {circuit.opened_at:%H:%M} UTC after "
        f"{circuit.failures} failures in a row; it is tried again at {circuit.tries_at:%H:%M:%S} "
        f"UTC. The last one: {circuit.message}"
    )


def _put_off(delivery: Delivery, circuit: Circuit, now: datetime) -> None:
    assert circuit.tries_at is not None
    spread = Random(str(delivery.pk)).uniform(0, SPREAD)  # noqa: S311 - spreads load
    said = words(circuit)
    Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.QUEUED, attempt=delivery.attempt
    ).update(next_at=max(circuit.tries_at, now) + timedelta(seconds=spread), message=said)
    if not delivery.message:  # the first time that it hears of it
        telling.delivery_failed(delivery, said, now)


def _pause(circuit: Circuit) -> float:
    """Twice as long each time, with jitter above half of it."""
    most = doubled(FIRST_PAUSE, circuit.failures - OPENS_AFTER, most=LONGEST_PAUSE)
    spread = Random(f"{circuit.pk}:{circuit.failures}").random()  # noqa: S311 - spreads load
    return float(most * (0.5 + spread / 2))
