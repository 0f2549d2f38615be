"""What a delivery worker does with one message: claim, prepare, ask once more, publish."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction

from pipelines.connections.models import Binding
from pipelines.deliveries.destinations.base import Destination, DestinationError, Parcel, Prepared
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import lease, operations
from pipelines.dispatch.operations import Claim, Sent
from pipelines.engines.base import EngineError
from pipelines.engines.registry import engine
from pipelines.runs import artifacts
from portal import context, secrets
from portal.failpoints import hit

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# Between the last question and the act. Longer means that this process was suspended meanwhile.
MOST_SECONDS_TO_ACT = 2.0


def deliver(*, delivery_id: str, worker: str, clock: Clock) -> None:
    """Do one try at a delivery, if it is due and free. Whatever happens, the row says so."""
    claim = operations.claim(delivery_id=delivery_id, worker=worker, now=clock())
    if claim is None:
        return
    with context.bind(**_keys(claim)):
        hit("pipelines.delivery.claimed")
        try:
            send(claim, clock)
        except (DestinationError, EngineError) as error:
            log.warning("delivery not made: %s", error.message)
            operations.fail(
                claim=claim, message=error.message, permanent=error.permanent, now=clock()
            )
        except Exception as bug:
            message = f"Slipway failed at it ({type(bug).__name__}): {_short(bug)}"
            operations.fail(claim=claim, message=message, permanent=False, now=clock())
            raise


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
    parcel = _parcel(Claim(delivery=delivery, number=delivery.attempt), Path())
    if parcel is None or not delivery.attempt:
        operations.cleared(delivery=delivery, was_shown=False, now=clock())
        return
    destination = adapter(delivery.destination.kind)
    destination.clear(parcel, including_own=True)
    was_shown = delivery.checksum and destination.standing(parcel) == delivery.checksum
    operations.cleared(delivery=delivery, was_shown=bool(was_shown), now=clock())


def send(claim: Claim, clock: Clock) -> None:
    """Prepare the bytes, ask the last question, publish; a DestinationError says what failed."""
    delivery = claim.delivery
    _refuse_without_grants(claim)
    destination = adapter(delivery.destination.kind)
    with lease.kept(claim, clock), _content(claim) as (content, rows):
        parcel = _parcel(claim, content)
        if parcel is None:
            raise DestinationError(
                f"{delivery.destination.name} has no binding in {delivery.environment.name} any "
                "more. Bind it, then deliver again.",
                permanent=True,
            )
        prepared = destination.prepare(parcel)
        sent = Sent(prepared.location, rows, prepared.bytes, prepared.checksum)
        try:
            hit("pipelines.delivery.prepared")
            _verify(claim, prepared)
            if operations.prepared(claim=claim, sent=sent, now=clock()):
                _publish(claim, destination, parcel, prepared, clock)
        finally:
            destination.clear(parcel, including_own=True)


@transaction.atomic
def _publish(
    claim: Claim,
    destination: Destination,
    parcel: Parcel,
    prepared: Prepared,
    clock: Clock,
) -> None:
    asked = time.monotonic()
    place = operations.may_leave(claim=claim, address=parcel.address, now=clock())
    if place is None:
        log.info("delivery stopped before it left")
        return
    destination.clear(parcel, including_own=False)
    hit("pipelines.delivery.cleared")
    if time.monotonic() - asked > MOST_SECONDS_TO_ACT:
        raise DestinationError("This worker was suspended just before sending.", permanent=False)
    destination.publish(parcel, prepared)
    hit("pipelines.delivery.published")
    operations.delivered(claim=claim, place=place, now=clock())
    log.info("delivered to %s", prepared.location)


@contextmanager
def _content(claim: Claim) -> Iterator[tuple[Path, int | None]]:
    """The staged result in the format that is wanted; a conversion is removed afterwards."""
    delivery = claim.delivery
    result = artifacts.absolute(delivery.result_path)
    if delivery.format == "parquet":
        yield result, delivery.rows
        return
    path = artifacts.conversion_path(
        result=delivery.result_path,
        delivery_id=delivery.pk,
        attempt=claim.number,
        format=delivery.format,
    )
    target = artifacts.make_room(path)
    try:
        converted = engine().convert(source=str(result), target=str(target), format=delivery.format)
        yield target, converted.rows
    finally:
        artifacts.remove(path)


def _verify(claim: Claim, prepared: Prepared) -> None:
    """A Parquet delivery is the staged file itself: its bytes must be those that were verified."""
    delivery = claim.delivery
    if delivery.format == "parquet" and prepared.checksum != delivery.result_checksum:
        raise DestinationError(
            "The staged result is not the one that was verified. Run it again.", permanent=True
        )


def _parcel(claim: Claim, content: Path) -> Parcel | None:
    delivery = claim.delivery
    binding = Binding.objects.filter(
        destination=delivery.destination, environment=delivery.environment
    ).first()
    if binding is None:
        return None
    return Parcel(
        address=binding.address,
        path=delivery.path,
        content=content,
        rank=claim.rank,
        attempt=claim.number,
        secret=secrets.decrypt(bytes(binding.secret)) if binding.secret else "",
    )


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
        "trace_id": delivery.trace_id,
    }
