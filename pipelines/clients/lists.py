"""Clients in a list: a page of them by name, and how each stands at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from deployments.environments.models import Environment
from pipelines.clients import freshness, queries
from pipelines.clients.freshness import Standing
from pipelines.clients.queries import Product
from pipelines.connections import queries as connections
from pipelines.connections.models import Client
from portal.search import queries as search

SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Some clients; `more` is the `?after=` of the next ones, "" on the last page."""

    rows: list[Client]
    more: str

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Glance:
    """How a client stands in the most important environment in which it has an address."""

    environment: Environment | None
    products: int
    standing: Standing
    last_at: datetime | None


def page(words: str, team: str, after: str, size: int = SIZE) -> Page:
    """Clients by name, behind `after`; two queries."""
    rows = connections.clients().filter(name__gt=after)
    if words:
        rows = rows.filter(name__in=search.names("client", words))
    if team:
        rows = rows.filter(team__name=team)
    found = list(rows.order_by("name")[: size + 1])
    return Page(found[:size], found[size - 1].name if len(found) > size else "")


def glances(clients: Sequence[Client], now: datetime) -> dict[UUID, Glance]:
    """How each of these stands; as many queries for one as for all."""
    places = queries.places(clients)
    found = queries.products(clients, now, environments=places)
    return {client.pk: _glance(client, found, places) for client in clients}


def _glance(client: Client, found: list[Product], places: Sequence[Environment]) -> Glance:
    own = [one for one in found if one.client.pk == client.pk]
    bound = {one.environment.pk for one in own}
    place = next((one for one in reversed(places) if one.pk in bound), None)
    here = [one for one in own if place and one.environment.pk == place.pk and one.entry]
    arrived = [one.good.delivered_at for one in here if one.good and one.good.delivered_at]
    return Glance(
        environment=place,
        products=len(here),
        standing=freshness.overall(one.standing for one in here),
        last_at=max(arrived, default=None),
    )
