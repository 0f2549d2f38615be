"""Clients in a list: a page of them by name, and how each stands at a glance."""

from __future__ import annotations

from collections import defaultdict
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

SIZE = 8  # how each stands is worked out of all that it gets


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
    tops = queries.top_places(clients)
    found: dict[UUID, list[Product]] = defaultdict(list)
    for one in queries.products(clients, now, environments=set(tops.values())):
        if one.environment == tops.get(one.client.pk):
            found[one.client.pk].append(one)
    return {client.pk: _glance(found[client.pk], tops.get(client.pk)) for client in clients}


def _glance(own: list[Product], place: Environment | None) -> Glance:
    here = [one for one in own if one.entry]
    arrived = [one.good.delivered_at for one in here if one.good and one.good.delivered_at]
    return Glance(
        environment=place,
        products=len(here),
        standing=freshness.overall(one.standing for one in here),
        last_at=max(arrived, default=None),
    )
