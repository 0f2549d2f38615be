"""Questions about deliveries; each names the joins that its readers need."""

from __future__ import annotations

from django.db.models import QuerySet

from pipelines.connections.models import Client
from pipelines.deliveries.models import Delivery
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


def newest_by_client(component: Component) -> list[Delivery]:
    """The last delivery of this component at each destination and environment; one query."""
    return list(
        Delivery.objects.filter(run__transformation__component=component)
        .exclude(state=Delivery.State.UNBOUND)
        .select_related("client", "environment", "run", "release")
        .order_by("-environment__order", "name", "-pk")
        .distinct("environment__order", "name")[:12]
    )


def to_client(client: Client) -> QuerySet[Delivery]:
    """What a client was sent, to be paged by falling identity."""
    return deliveries().filter(client=client)


def of_deployment(number: int, *, most: int = 50) -> list[Delivery]:
    """What left the house while this deployment was live, newest first."""
    return list(deliveries().filter(deployment__number=number).order_by("-pk")[:most])
