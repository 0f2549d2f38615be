"""What stands ahead of a delivery that comes late, and what of it is rejected and to be mended."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.releases import guard
from deployments.releases.models import Rejection
from pipelines.deliveries.models import Delivery, Place
from pipelines.dispatch.operations.claims import Claim


@dataclass(frozen=True, slots=True)
class Ahead:
    """What ranks above a delivery at its place.

    `overrules`: the rank of rejected content, which keeps nobody out, however new it is: replacing
    it is the repair. `wrong`: what rejected content delivered there before the newer came, made
    with the same parameters; rows that are still as it left them are mended by an upsert.
    """

    is_newer: bool = False
    overrules: str = ""
    wrong: Delivery | None = None

    @property
    def keeps_out(self) -> bool:
        """Something newer stands there, and it is not rejected."""
        return self.is_newer and not self.overrules


def ahead(*, claim: Claim) -> Ahead:
    """As it is now; it may change until the last question, which looks again."""
    delivery = claim.delivery
    place = Place.objects.filter(
        destination=delivery.destination, environment=delivery.environment, path=delivery.path
    ).first()
    return Ahead() if place is None else at(place, claim)


def at(place: Place, claim: Claim) -> Ahead:
    """The same of a place that is at hand."""
    if place.rank <= claim.rank:
        return Ahead()
    if _stands_rejected(place, claim):
        return Ahead(is_newer=True, overrules=place.rank)
    return Ahead(is_newer=True, wrong=_wrong(claim.delivery))


def _stands_rejected(place: Place, claim: Claim) -> bool:
    stands = place.delivery
    component_id = claim.delivery.run.transformation.component_id
    if stands is None or stands.run.transformation.component_id != component_id:
        return False
    return guard.rejection_of(component_id, stands.version.digest) is not None


def _wrong(delivery: Delivery) -> Delivery | None:
    """The newest of them: as a rule it has written over those before it, unless it came late."""
    if delivery.mode != "upsert":
        return None
    component_id = delivery.run.transformation.component_id
    rejected = Rejection.objects.active().filter(component_id=component_id)
    digests = list(rejected.values_list("digest", flat=True))
    if not digests:
        return None
    return (
        Delivery.objects.filter(
            destination=delivery.destination_id,
            transformation=delivery.transformation_id,
            environment=delivery.environment_id,
            state=Delivery.State.DELIVERED,
            path=delivery.path,
            run__parameters_digest=delivery.run.parameters_digest,
            version__digest__in=digests,
        )
        .select_related("version")
        .order_by("-pk")
        .first()
    )
