"""Who a draft delivers to, and who else its team may deliver to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployments.environments.models import Environment
from pipelines.connections import queries as connections
from pipelines.connections.models import Destination
from pipelines.transformations import paths
from pipelines.transformations.outline import Outline
from portal.accounts.models import Grant, Team


@dataclass(frozen=True, slots=True)
class PlaceView:
    """An environment, and whether a destination is reached there."""

    environment: Environment
    is_bound: bool


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery of the file. `usual` is its path where the file names none."""

    number: int
    client: str
    destination: str
    format: str
    path: str
    usual: str
    known: Destination | None
    places: tuple[PlaceView, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A destination that the team may deliver to."""

    destination: Destination
    places: tuple[PlaceView, ...]


def views(outline: Outline, places: list[Environment]) -> list[DeliveryView]:
    """The deliveries in the order of the file."""
    names = {str(entry.get("destination")) for _, entry in outline.items("spec", "deliveries")}
    known = {row.name: row for row in connections.destinations().filter(name__in=names)}
    return [
        _view(outline, int(path[-1]), entry, known.get(str(entry.get("destination"))), places)
        for path, entry in outline.items("spec", "deliveries")
    ]


def offers(team: Team, outline: Outline, places: list[Environment]) -> list[Offer]:
    """Destinations whose client and self the team may use, but for those that get it already."""
    held = Grant.objects.filter(team=team, use=Grant.Use.USE)
    clients = held.filter(kind=Grant.Kind.CLIENT).values("name")
    names = held.filter(kind=Grant.Kind.DESTINATION).values("name")
    taken = {str(entry.get("destination")) for _, entry in outline.items("spec", "deliveries")}
    rows = connections.destinations().filter(name__in=names, client__name__in=clients)
    found = rows.exclude(name__in=taken).order_by("client__title", "name")[:60]
    return [Offer(row, _places(row, places)) for row in found]


def _view(
    outline: Outline,
    number: int,
    entry: Mapping[str, Any],
    known: Destination | None,
    places: list[Environment],
) -> DeliveryView:
    form = str(entry.get("format") or "parquet")
    name = outline.text("metadata", "name") or "name"
    return DeliveryView(
        number=number,
        client=str(entry.get("client") or ""),
        destination=str(entry.get("destination") or ""),
        format=form,
        path=str(entry.get("path") or ""),
        usual=paths.default(name, list(outline.parameters), form),
        known=known,
        places=_places(known, places),
    )


def _places(destination: Destination | None, places: list[Environment]) -> tuple[PlaceView, ...]:
    bound = set()
    if destination is not None:
        bound = {binding.environment_id for binding in destination.bindings.all()}
    return tuple(PlaceView(place, place.pk in bound) for place in places)
