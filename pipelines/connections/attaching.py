"""Whether a team may name places of a client: it answers for the client, or has its use."""

from __future__ import annotations

from pipelines.connections import queries
from pipelines.connections.models import Client
from portal.accounts import access, grants
from portal.accounts.models import Grant, Team, User
from portal.errors import NotAllowed


def refusal(client: Client, *, team: Team, by: User) -> str:
    """Why this team gets no place of this client, "" where it may: places keep a client."""
    if team.pk == client.team_id or access.may(by, "destination.create", client):
        return ""
    if not grants.missing(team, [("client", client.name)]):
        return ""
    help_there = queries.who_can_help(client.team)
    return f"{words(client.name, team=team.name)} {help_there} can give it."


def require(client: Client, *, team: Team, by: User) -> None:
    """Raise NotAllowed, with who can help, where the team may not."""
    if said := refusal(client, team=team, by=by):
        raise NotAllowed(said)


def words(client: str, *, team: str) -> str:
    """That this is so, in one sentence."""
    return f"{team} has no grant to use the client {client}."


def uses() -> set[tuple[str, str]]:
    """Which team may use which client, by their names; one query."""
    held = Grant.objects.filter(kind=Grant.Kind.CLIENT, use=Grant.Use.USE)
    return set(held.values_list("team__name", "name"))
