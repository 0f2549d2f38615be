"""One try at a delivery as a destination gets it: where, what, by whose secret, and where from."""

from __future__ import annotations

from pathlib import Path

from django.db.models import UUIDField
from django.utils import timezone

from pipelines.connections.models import Binding
from pipelines.deliveries.destinations.base import Parcel
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.ranks import event_id
from pipelines.dispatch import operations
from pipelines.dispatch.operations import Claim
from pipelines.engines.base import Column, Source
from pipelines.engines.registry import engine
from pipelines.runs import artifacts
from portal import secrets
from portal.postgresql.questions import Question

_BOUND = Question(
    lambda destination, environment: Binding.objects.filter(
        destination=destination, environment=environment
    ),
    destination=UUIDField(),
    environment=UUIDField(),
)


def of(claim: Claim, content: Path) -> Parcel | None:
    """The parcel of one try; None where the destination is not bound any more."""
    delivery = claim.delivery
    binding = _BOUND.first(destination=delivery.destination_id, environment=delivery.environment_id)
    if binding is None:
        return None
    destination = adapter(delivery.destination.kind)
    columns, key = _shape(claim) if destination.converts_to == "copy" else ((), ())
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
        overrules=operations.overruled(claim=claim) if columns else "",
        about=_about(claim),
        keep_on=lambda: operations.is_mine(claim=claim),
    )


def _shape(claim: Claim) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns of the result as they are, and what the contract says about them."""
    path = str(artifacts.absolute(claim.delivery.result_path))
    if not Path(path).exists():
        return (), ()
    contract = claim.delivery.version.spec.get("contract") or {}
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
