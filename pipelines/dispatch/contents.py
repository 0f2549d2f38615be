"""The bytes that are sent: the staged result itself, or what the sandbox made of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.deliveries.destinations.base import Destination, DestinationError, Prepared
from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.dispatch.operations import Claim
from pipelines.engines.registry import engine
from pipelines.runs import artifacts

OVER = (
    Delivery.State.DELIVERED,
    Delivery.State.FAILED,
    Delivery.State.SUPERSEDED,
    Delivery.State.CANCELLED,
)


@contextmanager
def of(claim: Claim, destination: Destination) -> Iterator[tuple[Path, int | None]]:
    """The content in the format that is wanted, and its rows; a conversion is removed afterwards.

    An event's is kept until the event is over, so that every try at it sends the same bytes.
    """
    delivery = claim.delivery
    form = destination.converts_to or delivery.format
    result = artifacts.absolute(delivery.result_path)
    if form == "parquet":
        yield result, delivery.rows
    elif destination.has_places:
        with converted(claim, delivery.result_path, form) as found:
            yield found
    else:
        yield _kept(claim, form), delivery.rows


def tidy(claim: Claim, destination: Destination) -> None:
    """Forget the bytes of an event that is over."""
    delivery = claim.delivery
    if destination.has_places or delivery.format == "parquet":
        return
    if Delivery.objects.filter(pk=delivery.pk, state__in=OVER).exists():
        path = artifacts.outgoing_path(delivery_id=delivery.pk, format=delivery.format)
        artifacts.remove(path)


def verify(claim: Claim, destination: Destination, prepared: Prepared) -> None:
    """Parquet is the staged file itself, so its bytes are those that were verified; and an event
    that may have been taken already is repeated with the same bytes or not at all."""
    delivery = claim.delivery
    form = destination.converts_to or delivery.format
    if form == "parquet" and prepared.checksum != delivery.result_checksum:
        raise DestinationError(
            "The staged result is not the one that was verified. Run it again.", permanent=True
        )
    if destination.has_places or delivery.checksum in {"", prepared.checksum}:
        return
    if DeliveryAttempt.objects.filter(delivery=delivery, left_at__isnull=False).exists():
        raise DestinationError(
            "What would be sent now is not what was sent under the same id before. Deliver it "
            "again: that is a new event.",
            permanent=True,
        )


@contextmanager
def converted(claim: Claim, result: str, form: str) -> Iterator[tuple[Path, int | None]]:
    """A staged result in another format and its rows, for one try."""
    path = _conversion(claim, result, form)
    target = artifacts.make_room(path)
    try:
        yield target, _convert(result, target, form)
    finally:
        artifacts.remove(path)


def _kept(claim: Claim, form: str) -> Path:
    """Made once, and put in place whole: another try may be looking for it at the same time."""
    kept = artifacts.absolute(artifacts.outgoing_path(delivery_id=claim.delivery.pk, format=form))
    if not kept.exists():
        result = claim.delivery.result_path
        path = _conversion(claim, result, form)
        target = artifacts.make_room(path)
        try:
            _convert(result, target, form)
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.replace(target, kept)
        finally:
            artifacts.remove(path)
    return kept


def _conversion(claim: Claim, result: str, form: str) -> str:
    delivery = claim.delivery
    return artifacts.conversion_path(
        result=result, delivery_id=delivery.pk, attempt=claim.number, format=form
    )


def _convert(result: str, target: Path, form: str) -> int:
    source = artifacts.absolute(result)
    return engine().convert(source=str(source), target=str(target), format=form).rows
