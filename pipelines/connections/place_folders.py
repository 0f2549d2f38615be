"""Whether folders that documents bind would be in each other, or in those of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from pipelines.connections import places
from pipelines.connections.models import Binding, Kind
from pipelines.connections.overlaps import Folders
from portal.manifests.world import World

KINDS = {"connection": "Connection", "destination": "Destination"}
NOTE = "folders of bindings"


@dataclass(frozen=True, slots=True)
class Held:
    """What a folder is bound as: "destination/acme-drop/staging", and by whose thing."""

    name: str
    team: str

    @property
    def parts(self) -> list[str]:
        return self.name.split("/")


def overlapping(name: str, folder: str, world: World) -> Iterator[str]:
    """Why binding this folder would be refused, beside all that will be bound by then."""
    kind, thing, _ = name.split("/")
    own = _team(kind, thing, world)
    for path, other in _folders(world).near(folder):
        its_kind, its_thing, its_place = other.parts
        if other.team != own:
            yield places.foreign(folder, its_thing, other.team)
        elif {kind, its_kind} == {"destination"} and other.name != name:
            yield places.shared(folder, path, its_thing, its_place)


def _folders(world: World) -> Folders[Held]:
    """Every folder as it will be bound, read once."""
    if NOTE not in world.notes:
        found = {name: (path, Held(name, team)) for name, path, team in _bound()}
        for kind, name in world.leaving:
            if kind == "Binding":
                found.pop(name, None)
        for (kind, name), fields in world.wanted.items():
            if kind == "Binding" and str(fields["address"]).startswith("/"):
                place = str(fields["address"])
                thing_kind, thing, _ = name.split("/")
                held = Held(name, _team(thing_kind, thing, world))
                found[name] = (place, held)
        world.notes[NOTE] = Folders(found.values())
    folders: Folders[Held] = world.notes[NOTE]
    return folders


def _bound() -> Iterator[tuple[str, str, str]]:
    """(name, path, team) of each folder that is bound."""
    is_folder = Q(connection__kind=Kind.DIRECTORY) | Q(destination__kind=Kind.DIRECTORY)
    rows = Binding.objects.filter(is_folder).values_list(
        "connection__name",
        "destination__name",
        "environment__name",
        "address",
        "connection__team__name",
        "destination__team__name",
    )
    for source, destination, place, address, source_team, team in rows:
        thing = f"connection/{source}" if source else f"destination/{destination}"
        yield f"{thing}/{place}", address, source_team or team


def _team(kind: str, name: str, world: World) -> str:
    return str((world.fields_of(KINDS[kind], name) or {}).get("team", ""))
