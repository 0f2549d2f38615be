"""Names of connections, clients and destinations for golden paths: those that one may use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from pipelines.connections import queries
from pipelines.connections.models import Client, Connection, Destination
from portal.accounts import access
from portal.accounts.models import Grant, User
from portal.golden_paths.names.base import Choice
from portal.names import SLUG_HINT, is_slug


class Granted:
    """Things that a team of this person owns or has a grant to use; the platform role sees all.

    With a verb: those of teams for which the person may do it.
    """

    noun: str
    model: Any

    def offered(self, *, by: User, verb: str, search: str, most: int) -> Sequence[Choice]:
        rows = self._usable(by, verb).filter(Q(name__icontains=search) | Q(title__icontains=search))
        found = rows.order_by("name").distinct()[:most]
        return [Choice(row.name, row.title if row.title != row.name else "") for row in found]

    def refusal(self, *, name: str, by: User, verb: str) -> str:
        thing = self.model.objects.select_related("team").filter(name=name).first()
        if thing is None:
            return f"There is no {self.noun} called “{name}”."
        if verb:
            return access.refusal(by, verb, thing)
        if self._usable(by, verb).filter(pk=thing.pk).exists():
            return ""
        return (
            f"No team of yours may use {name}. {queries.who_can_help(thing.team)} can give you a "
            "grant."
        )

    def taken(self, *, name: str) -> str:
        if not is_slug(name):
            return f"“{name}” can't be a name: use {SLUG_HINT}."
        thing = self.model.objects.select_related("team").filter(name=name).first()
        return f"{name} is taken: {thing.team.name} has it." if thing else ""

    def _usable(self, by: User, verb: str) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.all()
        if verb:
            return rows.filter(team__in=access.teams_where(by, verb))
        if by.is_platform:
            return rows
        mine = by.memberships.values("team_id")
        granted = Grant.objects.filter(team__in=mine, kind=self.noun, use=Grant.Use.USE)
        return rows.filter(Q(team__in=mine) | Q(name__in=granted.values("name")))


class Connections(Granted):
    noun, model = "connection", Connection


class Clients(Granted):
    noun, model = "client", Client


class Destinations(Granted):
    noun, model = "destination", Destination
