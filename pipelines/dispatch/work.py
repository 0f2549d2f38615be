"""What a delivery worker does with one message: claim, prepare, ask once more, publish."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from observability.instrumentation import work as tracing
from pipelines.deliveries.destinations.base import (
    Changed,
    Destination,
    DestinationError,
    Outranked,
    Parcel,
    Prepared,
    Seen,
)
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import contents, lease, operations, parcels, spans
from pipelines.dispatch.operations import Claim, Sent
from pipelines.engines.base import EngineError
from portal import context
from portal.failpoints import hit

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# Between the last question and the act. Longer means that this process was suspended meanwhile.
MOST_SECONDS_TO_ACT = 2.0
UNKNOWN = " Whether it was applied is not known: the same is sent again, under the same id."


def deliver(*, delivery_id: str, worker: str, clock: Clock) -> None:
    """Do one try at a delivery, if it is due and free. Whatever happens, the row says so."""
    began = clock()
    claim = operations.claim(delivery_id=delivery_id, worker=worker, now=began)
    if claim is None:
        return
    with context.bind(**_keys(claim)), spans.attempt(claim, began):
        hit("pipelines.delivery.claimed")
        try:
            send(claim, clock)
        except Outranked:
            operations.supersede(claim=claim, now=clock())
        except DestinationError as error:
            log.warning("delivery not made: %s", error.message)
            tracing.failed(error.message)
            operations.fail(
                claim=claim,
                message=error.message,
                permanent=error.permanent,
                is_place=error.is_place,
                again_after=error.again_after,
                heard=error.heard,
                now=clock(),
            )
        except EngineError as error:
            how = {"failure": error.kind, "attempt": claim.number, **error.died}
            log.warning("delivery not made: %s", error.message, extra=how)
            tracing.failed(error.message)
            operations.fail(
                claim=claim, message=error.message, permanent=error.permanent, now=clock()
            )
        except Exception as bug:
            message = f"Slipway failed at it ({type(bug).__name__}): {_short(bug)}"
            operations.fail(claim=claim, message=message, permanent=False, now=clock())
            raise
        finally:
            contents.tidy(claim, adapter(claim.delivery.destination.kind))


def _short(bug: Exception) -> str:
    """An operating system's reason can be shown; what else a bug says is for the logs."""
    return f"{bug.strerror}." if isinstance(bug, OSError) else "the logs say more."


def clear(*, delivery_id: str, clock: Clock) -> None:
    """Remove what a worker that was killed left unpublished, and see whether it was too late."""
    delivery = Delivery.objects.select_related(
        "run__transformation__component", "destination", "environment", "client"
    ).get(pk=delivery_id)
    if delivery.state != Delivery.State.HELD:
        return
    parcel = parcels.of(Claim(delivery=delivery, number=delivery.attempt), Path())
    if parcel is None or not delivery.attempt:
        operations.cleared(delivery=delivery, seen=Seen(), now=clock())
        return
    destination = adapter(delivery.destination.kind)
    destination.clear(parcel, including_own=True)
    seen = destination.standing(parcel) if delivery.checksum else Seen()
    operations.cleared(delivery=delivery, seen=seen, now=clock())


def send(claim: Claim, clock: Clock) -> None:
    """Prepare the bytes, ask the last question, publish; a DestinationError says what failed."""
    delivery = claim.delivery
    _refuse_without_grants(claim)
    destination = adapter(delivery.destination.kind)
    with lease.kept(claim, clock), parcels.packed(claim, destination) as (parcel, rows):
        if parcel is None:
            raise DestinationError(
                f"{delivery.destination.name} has no binding in {delivery.environment.name} any "
                "more. Bind it, then deliver again.",
                permanent=True,
            )
        with tracing.part("prepare"):
            prepared = destination.prepare(parcel)
        sent = Sent(prepared.location, rows, prepared.bytes, prepared.checksum)
        try:
            hit("pipelines.delivery.prepared")
            contents.verify(claim, destination, prepared)
            if operations.prepared(claim=claim, sent=sent, now=clock()):
                with tracing.part("publish"):
                    has_left = _publish(claim, destination, parcel, prepared, clock)
                if has_left and destination.is_answered:
                    with tracing.part("answer"):
                        _hear(claim, destination, parcel, prepared, clock)
        finally:
            destination.release(parcel, prepared)


@transaction.atomic
def _publish(
    claim: Claim,
    destination: Destination,
    parcel: Parcel,
    prepared: Prepared,
    clock: Clock,
) -> bool:
    """Ask the last question and act on it; whether it has left."""
    asked = time.monotonic()
    leave = operations.may_leave(
        claim=claim,
        parcel=parcel,
        prepared=prepared,
        has_places=destination.has_places,
        now=clock(),
    )
    if leave is None:
        log.info("delivery stopped before it left")
        return False
    destination.clear(parcel, including_own=False)
    hit("pipelines.delivery.cleared")
    if time.monotonic() - asked > MOST_SECONDS_TO_ACT:
        raise Changed("This worker was suspended just before sending.")
    destination.publish(parcel, prepared)
    hit("pipelines.delivery.published")
    if destination.is_answered:
        operations.left(claim=claim, now=clock())
        return True
    operations.delivered(claim=claim, place=leave.place, message=leave.message, now=clock())
    log.info("delivered to %s", prepared.location)
    return True


def _hear(
    claim: Claim,
    destination: Destination,
    parcel: Parcel,
    prepared: Prepared,
    clock: Clock,
) -> None:
    """Wait for the answer, outside of any transaction: nobody has to wait for a slow receiver."""
    hit("pipelines.delivery.sent")
    try:
        heard = destination.confirm(parcel, prepared)
    except DestinationError as error:
        if error.heard.status is None:
            error.message += UNKNOWN
        raise
    hit("pipelines.delivery.answered")
    operations.taken(claim=claim, heard=heard, now=clock())
    log.info("delivered to %s", prepared.location, extra={"status": heard.status})


def _refuse_without_grants(claim: Claim) -> None:
    gone = operations.missing_grants(claim)
    if gone:
        listed = " and ".join(f"the {kind} {name}" for kind, name in gone)
        raise DestinationError(
            f"{claim.delivery.team.name} may no longer use {listed}. Ask for a grant, then "
            "deliver again.",
            permanent=True,
        )


def _keys(claim: Claim) -> dict[str, str]:
    delivery = claim.delivery
    return {
        "component": delivery.run.transformation.component.name,
        "environment": delivery.environment.name,
        "version": str(delivery.version.number),
        "deployment_id": str(delivery.deployment_id),
        "run_id": str(delivery.run_id),
        "delivery_id": str(delivery.pk),
        "client": delivery.client.name,
        "trace_id": delivery.trace_id,
        "team": delivery.team.name,
    }
