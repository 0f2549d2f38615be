"""What hinders taking clients and destinations away: they are used, or were."""

from __future__ import annotations

from collections.abc import Collection, Container

from django.db.models import Exists, OuterRef, QuerySet

from pipelines.connections.models import Binding, Client, Destination
from pipelines.deliveries.models import Delivery
from portal.accounts.models import Grant
from portal.catalog.models import Dependency

SENT = "something was sent there, and that stands in the history."


def of_client(client: Client) -> str:
    """Why this client stays, "" where nothing hinders."""
    return of_clients([client.name]).get(client.name, "")


def of_destination(destination: Destination) -> str:
    """Why this destination stays, "" where nothing hinders."""
    return of_destinations([destination.name]).get(destination.name, "")


def of_clients(
    names: Collection[str], *, but: Container[str] = (), taken: Container[str] = ()
) -> dict[str, str]:
    """Why clients stay, by name. `but`: destinations that go before; `taken`: grants that do."""
    found = _granted(Grant.Kind.CLIENT, names, taken)
    for name, client in Destination.objects.filter(client__name__in=names).values_list(
        "name", "client__name"
    ):
        if name not in but:
            found[client] = f"it takes data at {name}."
    for name in _sent_to(Client.objects.filter(name__in=names), "client"):
        found[name] = "it was sent something, and that stands in the history."
    fed = Dependency.objects.filter(kind="client", name__in=names)
    for name, feeder in fed.values_list("name", "component__name"):
        found[name] = f"{feeder} delivers to it."
    return found


def of_destinations(
    names: Collection[str],
    *,
    but: Container[tuple[str, ...]] = (),
    taken: Container[str] = (),
) -> dict[str, str]:
    """Why destinations stay, by name. `but`: (destination, environment) that are unbound before."""
    found = _granted(Grant.Kind.DESTINATION, names, taken)
    bound = Binding.objects.filter(destination__name__in=names).order_by("-environment__order")
    for name, place in bound.values_list("destination__name", "environment__name"):
        if (name, place) not in but:
            found[name] = f"it is bound in {place}."
    for name in _sent_to(Destination.objects.filter(name__in=names), "destination"):
        found[name] = SENT
    return found


def _sent_to(things: QuerySet[Client] | QuerySet[Destination], column: str) -> list[str]:
    """Those that something was sent to; each is asked by an index, however much it was."""
    sent = Exists(Delivery.objects.filter(**{column: OuterRef("pk")}))
    return list(things.filter(sent).values_list("name", flat=True))


def _granted(kind: str, names: Collection[str], taken: Container[str]) -> dict[str, str]:
    grants = Grant.objects.filter(kind=kind, name__in=names).order_by("-pk")
    return {
        grant.name: f"{grant.team.name} has a grant on it."
        for grant in grants.select_related("team")
        if f"{grant.team.name}/{grant.use}/{kind}/{grant.name}" not in taken
    }
