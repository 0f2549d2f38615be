"""One try at a delivery as a destination gets it: where, what, by whose secret, and where from."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db.models import UUIDField
from django.utils import timezone

from pipelines.connections.models import Binding
from pipelines.deliveries.destinations.base import Destination, Parcel, Wrong
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.models import Delivery
from pipelines.deliveries.ranks import event_id
from pipelines.dispatch import contents, operations
from pipelines.dispatch.operations import Claim
from pipelines.engines.base import Column, EngineError, Source
from pipelines.engines.registry import engine
from pipelines.runs import artifacts
from portal import secrets
from portal.postgresql.questions import Question

log = logging.getLogger(__name__)
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
        found = operations.ahead(claim=claim)
        wrong = stack.enter_context(_wrong(claim, found.wrong))
        yield of(claim, content, overrules=found.overrules, wrong=wrong), rows


def of(
    claim: Claim, content: Path, *, overrules: str = "", wrong: Wrong | None = None
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
        wrong=wrong,
        about=_about(claim),
        keep_on=lambda: operations.is_mine(claim=claim),
    )


@contextmanager
def _wrong(claim: Claim, delivery: Delivery | None) -> Iterator[Wrong | None]:
    """What can't be read of it keeps nothing right from being delivered."""
    if delivery is None:
        yield None
        return
    with ExitStack() as stack:
        found = Wrong(delivery.number, None)
        if artifacts.absolute(delivery.result_path).exists():
            try:
                made = contents.converted(claim, delivery.result_path, "copy")
                content, _ = stack.enter_context(made)
                found = Wrong(delivery.number, content, _shape(delivery)[0])
            except (EngineError, OSError) as error:
                log.warning("rejected rows are not compared: %s", error)
        yield found


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
    return secrets.decrypt(bytes(secret)) if secret else ""


def _former(binding: Binding) -> str:
    """The secret before, as long as it signs beside the new one."""
    until = binding.former_until
    return _revealed(binding.former_secret) if until and timezone.now() < until else ""


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
