"""The last question, and what is written down when a delivery has left the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Exists, IntegerField, QuerySet, Subquery, UUIDField

from deployments.releases import guard
from deployments.releases.models import Rejection
from observability.dora import operations as dora
from pipelines.connections.models import Binding
from pipelines.deliveries.destinations.base import Changed, Heard, Parcel, Prepared, Seen
from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from pipelines.dispatch import circuits
from pipelines.dispatch.operations.ahead import at, rejected
from pipelines.dispatch.operations.claims import Claim, close, held, lease_from, mine
from pipelines.dispatch.operations.lateness import said
from pipelines.runs import telling
from portal.failpoints import hit
from portal.postgresql.questions import Given, Question

# One statement, whether or not something stood there; what is written to itself is locked.
FIND_OR_BEGIN = """
    INSERT INTO pipelines_place (id, destination_id, environment_id, path, rank)
    VALUES (%s, %s, %s, %s, '')
    ON CONFLICT (destination_id, environment_id, path) DO UPDATE SET path = EXCLUDED.path
    RETURNING id, rank, delivery_id
"""
NEWER = "Not sent: something newer stands there."
OTHERWISE = "What stands there changed while this was on its way; it is prepared again."
JUST_BEFORE = "It had reached the client just before its version was rejected."


@dataclass(frozen=True, slots=True)
class Leave:
    """It may go out. `place` is what stands there, locked; None where nothing of it changes.

    So it is for an event, and for rows that come late; `message` says what that means for them.
    """

    place: Place | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was put where."""

    location: str
    rows: int | None
    bytes: int
    checksum: str


def prepared(*, claim: Claim, sent: Sent, now: datetime) -> bool:
    """Note what is about to be shown, and prolong the lease. False: no longer this worker's.

    A worker may die between showing the file and recording it; this note tells whose file it is.
    """
    return bool(
        mine(claim).update(
            rows=sent.rows,
            bytes=sent.bytes,
            checksum=sent.checksum,
            location=sent.location,
            lease_until=lease_from(now),
        )
    )


@transaction.atomic
def cleared(*, delivery: Delivery, seen: Seen, now: datetime) -> None:
    """Nothing unpublished is left of a held delivery. Was it shown just before? Then say so."""
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.HELD).update(next_at=None)
    if delivery.state != Delivery.State.HELD or not _was_shown(delivery, seen):
        return
    hit("pipelines.delivery.found_shown")
    late = said(seen.late, ()) if seen.late else ""  # with which it was compared is not known
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.HELD).update(
        state=Delivery.State.DELIVERED,
        delivered_at=now,
        message=f"{late} {JUST_BEFORE}".strip(),
    )


def _was_shown(delivery: Delivery, seen: Seen) -> bool:
    """Whether what is seen is this delivery's; where it replaced what stood there, note that."""
    if seen.checksum != delivery.checksum or not seen.checksum:
        return False
    if seen.late:
        return True
    place = _place(delivery)
    claim = Claim(delivery, delivery.attempt)
    stands = place.delivery
    # The same bytes of an earlier delivery prove nothing.
    if place.rank > claim.rank or (stands and stands.checksum == delivery.checksum):
        return False
    _stands_now(place, claim)
    return True


def may_leave(
    *, claim: Claim, parcel: Parcel, prepared: Prepared, has_places: bool = True, now: datetime
) -> Leave | None:
    """The last question, inside the publishing transaction; locks are kept until it ends.

    None: fenced off, rejected (it is held), or something newer stands there (it is superseded).
    An event has no place, so nothing newer stands in its way. Changed: it was prepared for what is
    not so any more, a destination that was moved or what was rejected there, and the next try is
    prepared anew.
    """
    delivery = claim.delivery
    guard.using(delivery.run.transformation.component_id)
    asked = _ask(claim, parcel.address)
    if asked is None:
        close(claim, DeliveryAttempt.State.STOPPED, "Another attempt has taken over.", now)
        return None
    rejected_because, is_bound_there = asked
    if rejected_because is not None:
        _stop(
            claim, Delivery.State.HELD, f"Held: its version was rejected. {rejected_because}", now
        )
        return None
    if not is_bound_there:
        raise Changed(f"{delivery.destination.name} was moved while this was on its way.")
    if not has_places:
        return Leave(None)
    place = _place(delivery)
    found = at(place, claim)
    is_upsert = delivery.mode == "upsert"
    if found.keeps_out and (not is_upsert or _is_of_same_run(place, delivery)):
        _stop(claim, Delivery.State.SUPERSEDED, NEWER, now)
        return None
    if is_upsert and found.overrules != parcel.overrules:
        raise Changed(OTHERWISE)
    if prepared.late is None:
        return Leave(place)
    compared = rejected(delivery=delivery)
    if [each.number for each in compared.all] != [each.delivery for each in parcel.rejected]:
        raise Changed(OTHERWISE)
    return Leave(None, said(prepared.late, compared.all))


def _is_of_same_run(place: Place, delivery: Delivery) -> bool:
    """A later revision of the same rows stands there: what it left out stays out."""
    return place.delivery is not None and place.delivery.run_id == delivery.run_id


def _last(
    delivery: Given,
    number: Given,
    component: Given,
    digest: Given,
    destination: Given,
    environment: Given,
    address: Given,
) -> QuerySet[Any, tuple[str | None, bool]]:
    rejections = Rejection.objects.active().filter(component=component, digest=digest)
    bindings = Binding.objects.filter(
        destination=destination, environment=environment, address=address
    )
    return (
        held(delivery, number)
        .select_for_update()
        .values_list(Subquery(rejections.values("reason")[:1]), Exists(bindings))
    )


_LAST = Question(
    _last,
    delivery=UUIDField(),
    number=IntegerField(),
    component=UUIDField(),
    digest=CharField(),
    destination=UUIDField(),
    environment=UUIDField(),
    address=CharField(),
)


def _ask(claim: Claim, address: str) -> tuple[str | None, bool] | None:
    """Lock the row; answer why its content was rejected, and whether the address is still bound.

    None: the delivery is no longer this worker's. One query, so that sending stays quick.
    """
    delivery = claim.delivery
    return _LAST.first(
        delivery=delivery.pk,
        number=claim.number,
        component=delivery.run.transformation.component_id,
        digest=delivery.version.digest,
        destination=delivery.destination_id,
        environment=delivery.environment_id,
        address=address,
    )


def _place(delivery: Delivery) -> Place:
    """What stands at the path, locked; a row that says "nothing yet" where there was none."""
    fresh = Place(
        destination=delivery.destination, environment=delivery.environment, path=delivery.path
    )
    with connection.cursor() as cursor:
        cursor.execute(
            FIND_OR_BEGIN,
            [fresh.pk, fresh.destination_id, fresh.environment_id, fresh.path],
        )
        fresh.pk, fresh.rank, fresh.delivery_id = cursor.fetchone()
    return fresh


@transaction.atomic
def supersede(*, claim: Claim, now: datetime) -> None:
    """The destination knows of something newer than we do: it is not overwritten."""
    if mine(claim).exists():
        _stop(claim, Delivery.State.SUPERSEDED, NEWER, now)


def delivered(*, claim: Claim, place: Place | None, now: datetime, message: str = "") -> None:
    """In the publishing transaction: it is there whole; write down what stands there now."""
    delivery = claim.delivery
    if place is not None:
        _stands_now(place, claim)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.DELIVERED,
        delivered_at=now,
        lease_until=None,
        message=message,
    )
    _end_well(claim, now)


def _stands_now(place: Place, claim: Claim) -> None:
    delivery = claim.delivery
    if place.delivery_id and place.delivery_id != delivery.pk:
        Delivery.objects.filter(pk=place.delivery_id).update(replaced_by=delivery)
    Place.objects.filter(pk=place.pk).update(rank=claim.rank, delivery=delivery)


def left(*, claim: Claim, now: datetime) -> None:
    """In the publishing transaction: all of it is on its way; how that ends is not known yet."""
    DeliveryAttempt.objects.filter(delivery=claim.delivery, number=claim.number).update(left_at=now)


@transaction.atomic
def taken(*, claim: Claim, heard: Heard, now: datetime) -> None:
    """The receiver said that it has it. A rejection may have come while it was on its way."""
    note(claim, heard)
    delivered = {"state": Delivery.State.DELIVERED, "delivered_at": now}
    if mine(claim).update(**delivered, lease_until=None, message=""):
        _end_well(claim, now)
        return
    Delivery.objects.filter(
        pk=claim.delivery.pk, state=Delivery.State.HELD, attempt=claim.number
    ).update(**delivered, next_at=None, message=JUST_BEFORE)


def _end_well(claim: Claim, now: datetime) -> None:
    close(claim, DeliveryAttempt.State.DELIVERED, "", now)
    if claim.has_failures:
        circuits.works(claim.delivery, now=now)
    telling.delivered(claim.delivery, now)
    _count(claim.delivery, now)
    hit("pipelines.delivery.written")


def _count(delivery: Delivery, now: datetime) -> None:
    """What a client gets in production ends the way of a commit, if it is the first of its kind."""
    if delivery.environment.is_production:
        dora.first_delivery(
            component=delivery.run.transformation.component,
            environment=delivery.environment,
            release=delivery.version.number,  # which is the release's
            url=f"/runs/{delivery.run.number}/",
            now=now,
        )


def note(claim: Claim, heard: Heard) -> None:
    """What a receiver said stands with the try, whatever has become of the delivery."""
    if heard != Heard():
        DeliveryAttempt.objects.filter(delivery=claim.delivery, number=claim.number).update(
            status_code=heard.status, answered_in=heard.seconds, excerpt=heard.excerpt
        )


def _stop(claim: Claim, state: Delivery.State, message: str, now: datetime) -> None:
    Delivery.objects.filter(pk=claim.delivery.pk, attempt=claim.number).update(
        state=state, message=message, lease_until=None, next_at=None
    )
    hit("pipelines.delivery.stopping")
    close(claim, DeliveryAttempt.State.STOPPED, message, now)
