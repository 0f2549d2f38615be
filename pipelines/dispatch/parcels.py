"""One try at a delivery as a destination gets it: where, what, by whose secret, and where from."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from django.db.models import UUIDField
from django.utils import timezone

from pipelines.connections.models import Binding
from pipelines.deliveries.destinations.base import (
    Destination,
    DestinationError,
    Parcel,
    Rejected,
    Rows,
)
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.models import Delivery
from pipelines.deliveries.ranks import event_id
from pipelines.dispatch import contents, operations
from pipelines.dispatch.operations import Claim, Left
from pipelines.engines.base import Column, EngineError, Source
from pipelines.engines.registry import engine
from pipelines.runs import artifacts
from portal import secrets
from portal.postgresql.questions import Question

log = logging.getLogger(__name__)
OLDER = "only the newest results of rejected versions are compared"
_BOUND = Question(
    lambda destination, environment: Binding.objects.filter(
        destination=destination, environment=environment
    ),
    destination=UUIDField(),
    environment=UUIDField(),
)


@contextmanager
def packed(claim: Claim, destination: Destination) -> Iterator[tuple[Parcel | None, int | None]]:
    """The parcel of one try with its content, and its rows; what was made for it is removed."""
    with ExitStack() as stack:
        content, rows = stack.enter_context(contents.of(claim, destination))
        if destination.converts_to != "copy":
            yield of(claim, content), rows
            return
        overrules = operations.ahead(claim=claim).overrules
        left = operations.rejected(delivery=claim.delivery)
        rejected = _rejected(claim, left, stack)
        untold = OLDER if left.are_more else ""
        yield of(claim, content, overrules=overrules, rejected=rejected, untold=untold), rows


def of(
    claim: Claim,
    content: Path,
    *,
    overrules: str = "",
    rejected: tuple[Rejected, ...] = (),
    untold: str = "",
) -> Parcel | None:
    """The parcel of one try; None where the destination is not bound any more."""
    delivery = claim.delivery
    binding = _BOUND.first(destination=delivery.destination_id, environment=delivery.environment_id)
    if binding is None:
        return None
    destination = adapter(delivery.destination.kind)
    columns, key = _shape(delivery) if destination.converts_to == "copy" else ((), ())
    return Parcel(
        address=binding.address,
        path=delivery.path,
        content=content,
        rank=claim.rank,
        attempt=claim.number,
        secret=_revealed(binding.secret),
        former_secret=_former(binding),
        options=binding.options,
        id=event_id(delivery),
        format=delivery.format,
        mode=delivery.mode,
        columns=columns,
        key=key,
        overrules=overrules,
        rejected=rejected,
        untold=untold,
        about=_about(claim),
        keep_on=lambda: operations.is_mine(claim=claim),
    )


def _rejected(claim: Claim, left: Left, made: ExitStack) -> tuple[Rejected, ...]:
    return tuple(
        Rejected(each.number, partial(_rows, claim, each, made), is_own=each in left.own)
        for each in left.all
    )


def _rows(claim: Claim, delivery: Delivery, made: ExitStack) -> Rows | None:
    """What can't be read of it, and never will be, keeps nothing right from being delivered."""
    if not artifacts.absolute(delivery.result_path).exists():
        return None
    try:
        content, _ = made.enter_context(contents.converted(claim, delivery.result_path, "copy"))
        return Rows(content, _shape(delivery)[0])
    except EngineError as error:
        if not error.permanent:
            raise
        log.warning("rejected rows are not compared: %s", error)
        return None


def _shape(delivery: Delivery) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns of the result as they are, and what the contract says about them."""
    path = str(artifacts.absolute(delivery.result_path))
    if not Path(path).exists():
        return (), ()
    contract = delivery.version.spec.get("contract") or {}
    required = {c["name"] for c in contract.get("columns", []) if c.get("required")}
    key = tuple(contract.get("key", []))
    found = engine().look(source=Source("result", "parquet", (path,)), rows=0).columns
    columns = tuple(Column(c.name, c.type, c.name in required or c.name in key) for c in found)
    return columns, key


def _revealed(secret: bytes | memoryview | None) -> str:
    try:
        return secrets.decrypt(bytes(secret)) if secret else ""
    except secrets.Undecryptable as error:
        # Its key may be put back: until then the destination rests.
        raise DestinationError(error.message, permanent=False, is_place=True) from error


def _former(binding: Binding) -> str:
    """The secret before, as long as it signs beside the new one, where a key still reads it."""
    until, box = binding.former_until, binding.former_secret
    if not until or timezone.now() >= until or not box or not secrets.is_readable(box):
        return ""
    return _revealed(box)


def _about(claim: Claim) -> dict[str, str]:
    """Where it comes from, for whoever has it before them later."""
    delivery, run = claim.delivery, claim.delivery.run
    about = {
        "delivery": delivery.pk.hex,
        "revision": str(delivery.revision),
        "component": run.transformation.component.name,
        "environment": delivery.environment.name,
        "version": str(delivery.version.number),
        "release": str(delivery.release_id),
        "deployment": str(delivery.deployment_id),
        "run": str(run.pk),
        "instant": (run.logical_at or run.requested_at).isoformat(),
        "rank": claim.rank,
        "trace": delivery.trace_id,
    }
    return about if delivery.rows is None else {**about, "rows": str(delivery.rows)}
