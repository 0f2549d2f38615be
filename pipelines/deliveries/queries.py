"""Questions about deliveries; each names the joins that its readers need."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from deployments.rollouts.models import Deployment
from pipelines.connections.models import Client, Destination
from pipelines.deliveries import products
from pipelines.deliveries.models import Delivery
from pipelines.transformations.models import Transformation, Version
from portal.catalog.models import Component
from portal.errors import NotFound


def deliveries() -> QuerySet[Delivery]:
    """Deliveries with what a line about them needs; the tries come in one more query."""
    return Delivery.objects.select_related(
        "run__transformation__component__team",
        "client",
        "destination",
        "environment",
        "version",
        "release",
        "deployment",
        "requested_by",
        "replaced_by",
    ).prefetch_related("attempts")


def delivery(number: int) -> Delivery:
    """One delivery; NotFound, in words, where there is none."""
    found = deliveries().filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no delivery {number}.")
    return found


def newest_by_client(component: Component, most: int = 12) -> list[Delivery]:
    """The last delivery of this component at each destination and environment.

    Four queries, each as long as there are versions or places, not as there were deliveries.
    """
    transformation = Transformation.objects.filter(component=component).first()
    if transformation is None:
        return []
    found = products.ends_of(transformation.pk, destinations_of(transformation))
    rows = (
        Delivery.objects.filter(pk__in=[one.newest for one in found])
        .exclude(state=Delivery.State.UNBOUND)
        .select_related("client", "environment", "run", "release")
        .order_by("-environment__order", "name")
    )
    return list(rows[:most])


def last_arrived(component: Component) -> list[Delivery]:
    """The last that arrived of this component, one for each of its clients; four queries."""
    transformation = Transformation.objects.filter(component=component).first()
    if transformation is None:
        return []
    found = products.ends_of(transformation.pk, destinations_of(transformation))
    rows = Delivery.objects.filter(pk__in=[one.good for one in found if one.good])
    newest: dict[UUID, Delivery] = {}
    for row in rows.select_related("client__team").order_by("pk"):
        newest[row.client_id] = row
    return list(newest.values())


def reached(*, component: str, digest: str) -> list[Client]:
    """The clients who got something of this content; three queries, however much it was.

    Those whom it names are asked one by one, up to the first delivery that arrived.
    """
    same = Version.objects.filter(transformation__component__name=component, digest=digest)
    said = same.values_list("spec__deliveries", flat=True)
    names = {entry["client"] for entries in said for entry in entries or ()}
    ran = Deployment.objects.filter(component__name=component, release__digest=digest)
    arrived = Delivery.objects.filter(
        client=OuterRef("pk"),
        deployment__in=list(ran.values_list("pk", flat=True)),
        state=Delivery.State.DELIVERED,
    )
    found = Client.objects.filter(Exists(arrived), name__in=names)
    return list(found.select_related("team").order_by("name"))


def destinations_of(transformation: Transformation) -> list[UUID]:
    """Every destination that one of its versions names; two queries."""
    said = Version.objects.filter(transformation=transformation).values_list(
        "spec__deliveries", flat=True
    )
    names = {entry["destination"] for deliveries in said for entry in deliveries or ()}
    return list(Destination.objects.filter(name__in=names).values_list("pk", flat=True))


def newest_at(destination: Destination, *, most: int = 10) -> list[Delivery]:
    """What was sent to a destination last, newest first; four queries however much that was."""
    keys = [one.key for one in products.ends([destination.pk])]
    wanted = products.newest(keys, most=most)
    return list(deliveries().filter(pk__in=wanted).order_by("-pk"))


def of_deployment(number: int, *, most: int = 50) -> list[Delivery]:
    """What left the house while this deployment was live, newest first."""
    # By the identity: by the number, PostgreSQL would walk through all deliveries for a rare one.
    found = list(Deployment.objects.filter(number=number).values_list("pk", flat=True))
    return list(deliveries().filter(deployment__in=found).order_by("-pk")[:most])
