"""Which clients use a component: those that its file names, and those that were sent something."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.connections.models import Client
from pipelines.deliveries import queries
from portal.catalog.consumers import Consumer
from portal.catalog.models import Component, Dependency


def clients(component: Component) -> Iterator[Consumer]:
    """Five queries, whatever was delivered."""
    fed = Dependency.objects.filter(component=component, direction="feeds", kind="client")
    declared = Client.objects.filter(name__in=fed.values("name")).select_related("team")
    for client in declared:
        yield _consumer(client, is_declared=True)
    for delivery in queries.last_arrived(component):
        yield _consumer(delivery.client, seen_at=delivery.delivered_at)


def _consumer(client: Client, **known: object) -> Consumer:
    url = f"/clients/{client.name}/"
    return Consumer(kind="client", name=client.name, team=client.team, url=url, **known)  # type: ignore[arg-type]
