"""Who a draft delivers to, how, and who else its team may deliver to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from deployments.environments.models import Environment
from pipelines.connections import queries as connections
from pipelines.connections.models import Destination
from pipelines.deliveries.destinations.base import OF_KIND
from pipelines.deliveries.destinations.registry import adapter
from pipelines.drafts.editing import Taker
from pipelines.transformations import paths
from pipelines.transformations.outline import Outline
from portal.accounts.models import Grant, Team

Choice = tuple[str, str]
FORMATS: tuple[Choice, ...] = (("parquet", "Parquet"), ("csv", "CSV"), ("jsonl", "JSON lines"))
UPSERT: Choice = ("upsert", "upserted by the key")


@dataclass(frozen=True, slots=True)
class PlaceView:
    """An environment, and whether a destination is reached there."""

    environment: Environment
    is_bound: bool


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery of the file. `asks` is what its form shows; `usual` its path where it names none.

    What the file says that nobody offers is among the choices, too: the form hides nothing of it.
    """

    number: int
    client: str
    destination: str
    asks: tuple[str, ...]
    format: str
    formats: tuple[Choice, ...]
    path: str
    table: str
    mode: str
    modes: tuple[Choice, ...]
    usual: str
    known: Destination | None
    places: tuple[PlaceView, ...]

    @property
    def what(self) -> str:
        """What the client gets and where they find it, in words."""
        if "table" in self.asks:
            verb = "upserted into" if self.mode == "upsert" else "of"
            return f"the rows {verb} {self.table}"
        place = f"at {self.path or self.usual}" if "path" in self.asks else "as an event"
        return f"{self.format} {place}"


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


def takers(names: Iterable[str]) -> dict[str, Taker]:
    """What is known of these destinations; those that there are not are left out."""
    wanted = [name for name in names if name]
    rows = Destination.objects.select_related("client").filter(name__in=wanted) if wanted else []
    return {row.name: Taker(row.client.name, adapter(row.kind).asks) for row in rows}


def _view(
    outline: Outline,
    number: int,
    entry: Mapping[str, Any],
    known: Destination | None,
    places: list[Environment],
) -> DeliveryView:
    form, mode = str(entry.get("format") or ""), str(entry.get("mode") or "")
    name = outline.text("metadata", "name") or "name"
    replace = ("replace" if mode == "replace" else "", "all replaced")
    return DeliveryView(
        number=number,
        client=str(entry.get("client") or ""),
        destination=str(entry.get("destination") or ""),
        asks=_asks(entry, known),
        format=form,
        formats=_with(form, FORMATS),
        path=str(entry.get("path") or ""),
        table=str(entry.get("table") or ""),
        mode=mode,
        modes=_with(mode, (replace, UPSERT)),
        usual=paths.default(name, list(outline.parameters), form or "parquet"),
        known=known,
        places=_places(known, places),
    )


def _asks(entry: Mapping[str, Any], known: Destination | None) -> tuple[str, ...]:
    """What the kind asks for; of a destination that nobody knows, what the file says."""
    if known is not None:
        return tuple(adapter(known.kind).asks)
    return tuple(word for word in OF_KIND if word in entry) or ("format", "path")


def _with(value: str, offered: tuple[Choice, ...]) -> tuple[Choice, ...]:
    is_offered = value in [name for name, _ in offered]
    return offered if is_offered else ((value, value or "Choose"), *offered)


def _places(destination: Destination | None, places: list[Environment]) -> tuple[PlaceView, ...]:
    bound = set()
    if destination is not None:
        bound = {binding.environment_id for binding in destination.bindings.all()}
    return tuple(PlaceView(place, place.pk in bound) for place in places)
