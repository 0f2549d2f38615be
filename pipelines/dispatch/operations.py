"""A delivery's way out of the house: claimed, prepared, asked once more, published.

The last question before anything leaves: still mine, still not rejected, not superseded? It is
asked under locks that are kept until the file has its name, and the rename itself is fenced by the
destination (see destinations/directory.py), so a worker that wakes late publishes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, QuerySet, Subquery

from deployments.releases import guard
from deployments.releases.models import Rejection
from pipelines.connections.models import Binding
from pipelines.deliveries.destinations.base import DestinationError
from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from pipelines.deliveries.ranks import rank
from pipelines.execution import lifecycle
from pipelines.runs import telling
from portal.accounts import grants
from portal.background import backlog, enqueue
from portal.durability import commit_without_waiting
from portal.failpoints import hit

DELIVER = "pipelines.deliveries.tasks.deliver"
CLEAR = "pipelines.deliveries.tasks.clear"
MAX_TRIES = 8


@dataclass(frozen=True, slots=True)
class Claim:
    """A try at a delivery that this worker holds; `number` is the fence."""

    delivery: Delivery
    number: int

    @property
    def rank(self) -> str:
        run = self.delivery.run
        return rank(
            instant=run.logical_at or run.requested_at,
            run_id=run.pk,
            revision=self.delivery.revision,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """What was put where."""

    location: str
    rows: int | None
    bytes: int
    checksum: str


@transaction.atomic
def claim(*, delivery_id: str, worker: str, now: datetime) -> Claim | None:
    """Take a due delivery and open its next try. None: someone else has it, or it is over."""
    delivery = (
        Delivery.objects.filter(pk=delivery_id, state=Delivery.State.QUEUED, next_at__lte=now)
        .select_related("run__transformation__component", "destination", "environment", "version")
        .defer("version__spec")
        .first()
    )
    if delivery is None:
        return None
    commit_without_waiting()  # a claim that a crash undoes is fenced off, and it is due again
    number = delivery.attempt + 1
    taken = Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.QUEUED, attempt=delivery.attempt
    ).update(
        state=Delivery.State.SENDING,
        attempt=number,
        tries=delivery.tries + 1,
        lease_until=_lease_from(now),
        next_at=None,
        message="",
    )
    if not taken:
        return None
    DeliveryAttempt.objects.create(delivery=delivery, number=number, worker=worker, started_at=now)
    delivery.attempt, delivery.tries = number, delivery.tries + 1
    return Claim(delivery=delivery, number=number)


def keep(*, claim: Claim, now: datetime) -> bool:
    """Prolong the lease while the bytes are written. False: it is no longer this worker's."""
    return bool(_mine(claim).update(lease_until=_lease_from(now)))


def _mine(claim: Claim) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk=claim.delivery.pk, state=Delivery.State.SENDING, attempt=claim.number
    )


def _lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def prepared(*, claim: Claim, sent: Sent, now: datetime) -> bool:
    """Note what is about to be shown, and prolong the lease. False: no longer this worker's.

    A worker may die between showing the file and recording it; this note tells whose file it is.
    """
    return bool(
        _mine(claim).update(
            rows=sent.rows,
            bytes=sent.bytes,
            checksum=sent.checksum,
            location=sent.location,
            lease_until=_lease_from(now),
        )
    )


@transaction.atomic
def cleared(*, delivery: Delivery, was_shown: bool, now: datetime) -> None:
    """Nothing unpublished is left of a held delivery. Was it shown just before? Then say so."""
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.HELD).update(next_at=None)
    if not was_shown or delivery.state != Delivery.State.HELD:
        return
    place = _place(delivery)
    claim = Claim(delivery, delivery.attempt)
    stands = place.delivery
    # The same bytes of an earlier delivery prove nothing.
    if place.rank > claim.rank or (stands and stands.checksum == delivery.checksum):
        return
    if place.delivery_id and place.delivery_id != delivery.pk:
        Delivery.objects.filter(pk=place.delivery_id).update(replaced_by=delivery)
    Place.objects.filter(pk=place.pk).update(rank=claim.rank, delivery=delivery)
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.HELD).update(
        state=Delivery.State.DELIVERED,
        delivered_at=now,
        message="It had reached the client just before its version was rejected.",
    )


def missing_grants(claim: Claim) -> list[tuple[str, str]]:
    """A grant that was taken back stops the next try."""
    delivery = claim.delivery
    return grants.missing(
        delivery.team,
        [("client", delivery.client.name), ("destination", delivery.destination.name)],
    )


def may_leave(*, claim: Claim, address: str, now: datetime) -> Place | None:
    """The last question, inside the publishing transaction; locks are kept until it ends.

    None: fenced off, rejected (it is held), or something newer stands there (it is superseded).
    A destination that was moved meanwhile is a DestinationError: the next try goes to its place.
    """
    delivery = claim.delivery
    component_id = delivery.run.transformation.component_id
    guard.using(component_id)
    asked = _ask(claim, address)
    if asked is None:
        _close(claim, DeliveryAttempt.State.STOPPED, "Another attempt has taken over.", now)
        return None
    rejected_because, is_bound_there = asked
    if rejected_because is not None:
        _stop(
            claim, Delivery.State.HELD, f"Held: its version was rejected. {rejected_because}", now
        )
        return None
    if not is_bound_there:
        raise DestinationError(
            f"{delivery.destination.name} was moved while this was on its way.", permanent=False
        )
    place = _place(delivery)
    if place.rank > claim.rank and not _stands_rejected(place, component_id):
        _stop(claim, Delivery.State.SUPERSEDED, "Not sent: something newer stands there.", now)
        return None
    return place


def _ask(claim: Claim, address: str) -> tuple[str | None, bool] | None:
    """Lock the row; answer why its content was rejected, and whether the address is still bound.

    None: the delivery is no longer this worker's. One query, so that sending stays quick.
    """
    delivery = claim.delivery
    rejections = Rejection.objects.active().filter(
        component_id=delivery.run.transformation.component_id, digest=delivery.version.digest
    )
    bindings = Binding.objects.filter(
        destination=delivery.destination_id, environment=delivery.environment_id, address=address
    )
    return (
        _mine(claim)
        .select_for_update()
        .values_list(Subquery(rejections.values("reason")[:1]), Exists(bindings))
        .first()
    )


def _place(delivery: Delivery) -> Place:
    """What stands at the path, locked; a row that says "nothing yet" where there was none."""
    at = {
        "destination": delivery.destination,
        "environment": delivery.environment,
        "path": delivery.path,
    }
    places = Place.objects.select_for_update()
    place = places.filter(**at).first()
    if place is None:
        Place.objects.bulk_create([Place(**at)], ignore_conflicts=True)
        place = places.get(**at)
    return place


def _stands_rejected(place: Place, component_id: UUID) -> bool:
    """Rejected content keeps nobody out, however new it is: replacing it is the repair."""
    stands = place.delivery
    if stands is None or stands.run.transformation.component_id != component_id:
        return False
    return guard.rejection_of(component_id, stands.version.digest) is not None


def delivered(*, claim: Claim, place: Place, now: datetime) -> None:
    """In the publishing transaction: the file has its name; write down what stands there now."""
    delivery = claim.delivery
    if place.delivery_id and place.delivery_id != delivery.pk:
        Delivery.objects.filter(pk=place.delivery_id).update(replaced_by=delivery)
    Place.objects.filter(pk=place.pk).update(rank=claim.rank, delivery=delivery)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.DELIVERED,
        delivered_at=now,
        lease_until=None,
        message="",
    )
    _close(claim, DeliveryAttempt.State.DELIVERED, "", now)
    telling.delivered(delivery, now)
    hit("pipelines.delivery.written")


@transaction.atomic
def fail(*, claim: Claim, message: str, permanent: bool, now: datetime) -> None:
    """This try did not get there: again after a pause where that can help, else it has failed."""
    delivery = claim.delivery
    again = lifecycle.may_try_again(tries=delivery.tries, permanent=permanent, most=MAX_TRIES)
    due = now + lifecycle.pause_before(delivery.tries, seed=str(delivery.pk))
    held = _mine(claim).update(
        state=Delivery.State.QUEUED if again else Delivery.State.FAILED,
        next_at=due if again else None,
        lease_until=None,
        message=message,
    )
    _close(claim, DeliveryAttempt.State.FAILED, message, now)
    if held and not again:
        telling.delivery_failed(delivery, message, now)


def sweep(*, now: datetime) -> int:
    """Send again what is due and was not taken; take back what a dead worker held."""
    return take_back(now=now) + resend(now=now)


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
        .only("pk", "attempt", "tries")[:most]
    )
    message = "The worker stopped answering; its attempt was taken from it."
    for delivery in stale:
        again = delivery.tries < MAX_TRIES
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.QUEUED if again else Delivery.State.FAILED,
            next_at=now if again else None,
            lease_until=None,
            message=message,
        )
        DeliveryAttempt.objects.filter(
            delivery=delivery, number=delivery.attempt, state=DeliveryAttempt.State.SENDING
        ).update(state=DeliveryAttempt.State.LOST, message=message, finished_at=now)
        if again:
            enqueue(DELIVER, delivery_id=str(delivery.pk))
        else:
            telling.delivery_failed(delivery, message, now)
    return len(stale)


def _stop(claim: Claim, state: Delivery.State, message: str, now: datetime) -> None:
    Delivery.objects.filter(pk=claim.delivery.pk, attempt=claim.number).update(
        state=state, message=message, lease_until=None, next_at=None
    )
    _close(claim, DeliveryAttempt.State.STOPPED, message, now)


def _close(claim: Claim, state: DeliveryAttempt.State, message: str, now: datetime) -> None:
    DeliveryAttempt.objects.filter(
        delivery=claim.delivery, number=claim.number, state=DeliveryAttempt.State.SENDING
    ).update(state=state, message=message, finished_at=now)
