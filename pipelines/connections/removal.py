"""What hinders taking a client or a destination away: it is used, or was."""

from __future__ import annotations

from pipelines.connections import queries
from pipelines.connections.models import Client, Destination
from portal.accounts.models import Grant
from portal.catalog.models import Dependency


def of_client(client: Client) -> str:
    """Why this client stays, "" where nothing hinders."""
    fed = Dependency.objects.filter(kind="client", name=client.name).select_related("component")
    if feeder := fed.first():
        return f"{feeder.component.name} delivers to it."
    if client.deliveries.exists():
        return "it was sent something, and that stands in the history."
    if destination := client.destinations.first():
        return f"it takes data at {destination.name}."
    return _granted(client)


def of_destination(destination: Destination) -> str:
    """Why this destination stays, "" where nothing hinders."""
    if destination.deliveries.exists():
        return "something was sent there, and that stands in the history."
    if binding := destination.bindings.select_related("environment").first():
        return f"it is bound in {binding.environment.name}."
    return _granted(destination)


def _granted(thing: Client | Destination) -> str:
    grants = Grant.objects.filter(kind=queries.kind_of(thing), name=thing.name)
    grant = grants.select_related("team").first()
    return f"{grant.team.name} has a grant on it." if grant else ""
