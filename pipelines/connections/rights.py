"""What rights are about on this floor: sources, clients, destinations."""

from __future__ import annotations

from pipelines.connections import queries
from portal.rights.base import Thing


class _Place:
    """What a team answers for, and gives others the use of."""

    kind = ""
    title = ""
    needs_environment = False
    has_names = True
    verbs: tuple[str, ...] = ("grant.give", "grant.take")

    def find(self, name: str, environment: str) -> Thing:
        thing = queries.thing(self.kind, name)
        return Thing(
            kind=self.kind,
            name=name,
            title=thing.title or name,
            url=f"/{self.kind}s/{name}/",
            team=thing.team,
            owned=thing,
            grants=self.kind,
            has_rows=self.kind == "connection",
        )


class Connections(_Place):
    """Sources: who may query them, and who may look at rows."""

    kind = "connection"
    title = "Connection"
    verbs = (*_Place.verbs, "binding.set", "binding.test")


class Clients(_Place):
    """Who receives data: who may deliver to them."""

    kind = "client"
    title = "Client"
    verbs = (*_Place.verbs, "destination.create", "client.remove")


class Destinations(_Place):
    """Where a client takes data."""

    kind = "destination"
    title = "Destination"
    verbs = (
        *_Place.verbs,
        "binding.set",
        "binding.test",
        "destination.resume",
        "destination.remove",
    )
