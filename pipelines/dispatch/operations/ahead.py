"""What stands ahead of a delivery that comes late, and what of it was rejected."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from deployments.releases import guard
from deployments.releases.models import Rejection
from pipelines.deliveries.models import Delivery, Place
from pipelines.dispatch.operations.claims import Claim

COMPARED = 5  # results of rejected versions with which one late upsert is compared
LOOKED_AT = 50  # deliveries, of which several may be of one result


@dataclass(frozen=True, slots=True)
class Ahead:
    """What ranks above a delivery at its place: its rank, "" where nothing does.

    Rejected content keeps nobody out, however new it is: replacing it is the repair.
    """

    rank: str = ""
    is_rejected: bool = False

    @property
    def keeps_out(self) -> bool:
        return bool(self.rank) and not self.is_rejected

    @property
    def overrules(self) -> str:
        """The rank that does not count, or ""."""
        return self.rank if self.is_rejected else ""


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
    return Ahead(place.rank, is_rejected=_stands_rejected(place, claim))


def _stands_rejected(place: Place, claim: Claim) -> bool:
    stands = place.delivery
    component_id = claim.delivery.run.transformation.component_id
    if stands is None or stands.run.transformation.component_id != component_id:
        return False
    return guard.rejection_of(component_id, stands.version.digest) is not None


@dataclass(frozen=True, slots=True)
class Left:
    """What rejected versions delivered: for the `own` due time, which is what is repaired, and for
    `others`, whose keys may be the same. `are_more`: older ones are not looked at.
    """

    own: tuple[Delivery, ...] = ()
    others: tuple[Delivery, ...] = ()
    are_more: bool = False

    @property
    def all(self) -> tuple[Delivery, ...]:
        return (*self.own, *self.others)


def rejected(*, delivery: Delivery) -> Left:
    """What rejected versions delivered to an upsert's table with the same parameters, newest first.

    Whether the upsert is late at all is not asked here: the client's note says so, and may know
    more than Slipway does.
    """
    if delivery.mode != "upsert":
        return Left()
    component_id = delivery.run.transformation.component_id
    active = Rejection.objects.active().filter(component_id=component_id)
    digests = list(active.values_list("digest", flat=True))
    if not digests:
        return Left()
    # A due time has one run; what was asked for by hand had the same parameters.
    is_own = Q(run=delivery.run_id) | Q(run__logical_at=None)
    found = (
        Delivery.objects.filter(
            destination=delivery.destination_id,
            transformation=delivery.transformation_id,
            environment=delivery.environment_id,
            state=Delivery.State.DELIVERED,
            path=delivery.path,
            run__parameters_digest=delivery.run.parameters_digest,
            version__digest__in=digests,
        )
        .annotate(is_own=ExpressionWrapper(is_own, BooleanField()))
        .select_related("version")
        .order_by("-is_own", "-pk")[:LOOKED_AT]
    )
    results = list({each.result_path: each for each in reversed(found)}.values())[::-1]
    chosen = results[:COMPARED]
    return Left(
        own=tuple(each for each in chosen if each.is_own),
        others=tuple(each for each in chosen if not each.is_own),
        are_more=len(results) > COMPARED,
    )
