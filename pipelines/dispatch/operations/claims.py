"""A try at a delivery: taken by compare-and-set, kept alive, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, QuerySet, UUIDField

from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.deliveries.ranks import rank
from pipelines.dispatch import circuits
from portal.accounts import grants
from portal.durability import commit_without_waiting
from portal.failpoints import hit
from portal.postgresql.questions import Given, Question
from portal.workers import pauses

MAX_TRIES = 8


@dataclass(frozen=True, slots=True)
class Claim:
    """A try at a delivery that this worker holds; `number` is the fence."""

    delivery: Delivery
    number: int
    has_failures: bool = False  # of the destination, just before

    @property
    def rank(self) -> str:
        run = self.delivery.run
        return rank(
            instant=run.logical_at or run.requested_at,
            run_id=run.pk,
            revision=self.delivery.revision,
        )


_DUE = Question(
    lambda delivery, now: (
        Delivery.objects.filter(
            pauses.flowing("deliveries"),
            pk=delivery,
            state=Delivery.State.QUEUED,
            next_at__lte=now,
        )
        .select_related(
            *("run__transformation__component", "destination", "environment", "version"),
            *("client", "team"),
        )
        .defer("version__spec")
        .annotate(**circuits.seen())
    ),
    delivery=UUIDField(),
    now=DateTimeField(),
)


@transaction.atomic
def claim(*, delivery_id: str, worker: str, now: datetime) -> Claim | None:
    """Take a due delivery and open its next try.

    None: someone else has it, it is over, or the queue is paused.
    """
    delivery = _DUE.first(delivery=delivery_id, now=now)
    if delivery is None or not circuits.let_through(delivery, now=now):
        return None
    commit_without_waiting()  # a claim that a crash undoes is fenced off, and it is due again
    number = delivery.attempt + 1
    taken = Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.QUEUED, attempt=delivery.attempt
    ).update(
        state=Delivery.State.SENDING,
        attempt=number,
        tries=delivery.tries + 1,
        lease_until=lease_from(now),
        next_at=None,
        message="",
    )
    if not taken:
        return None
    hit("pipelines.delivery.claiming")
    DeliveryAttempt.objects.create(delivery=delivery, number=number, worker=worker, started_at=now)
    delivery.attempt, delivery.tries = number, delivery.tries + 1
    return Claim(delivery=delivery, number=number, has_failures=circuits.has_failures(delivery))


def is_mine(*, claim: Claim) -> bool:
    """Whether this worker still holds it, and nothing has stopped it."""
    return mine(claim).exists()


def keep(*, claim: Claim, now: datetime) -> bool:
    """Prolong the lease while the bytes are written. False: it is no longer this worker's."""
    return bool(mine(claim).update(lease_until=lease_from(now)))


def mine(claim: Claim) -> QuerySet[Delivery]:
    """The delivery, as long as this worker's try is the one that counts."""
    return held(claim.delivery.pk, claim.number)


def held(delivery: UUID | Given, number: int | Given) -> QuerySet[Delivery]:
    """The same, by what it is known by."""
    return Delivery.objects.filter(pk=delivery, state=Delivery.State.SENDING, attempt=number)


def lease_from(now: datetime) -> datetime:
    """Until when a worker that does not say anything more is believed to be at work."""
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def missing_grants(claim: Claim) -> list[tuple[str, str]]:
    """A grant that was taken back stops the next try."""
    delivery = claim.delivery
    return grants.missing(
        delivery.team,
        [("client", delivery.client.name), ("destination", delivery.destination.name)],
    )


def close(claim: Claim, state: DeliveryAttempt.State, message: str, now: datetime) -> None:
    """How a try ended, unless something else has ended it."""
    DeliveryAttempt.objects.filter(
        delivery=claim.delivery, number=claim.number, state=DeliveryAttempt.State.SENDING
    ).update(state=state, message=message, finished_at=now)
