"""Questions about connections, clients, destinations and where they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import CharField, Prefetch, QuerySet

from deployments.environments.models import Environment
from pipelines.connections.models import Binding, Client, Connection, Destination
from portal.accounts.models import Grant, Membership, Role, Team
from portal.arrays import TEXTS, InArray
from portal.errors import NotFound
from portal.postgresql.questions import Question

Thing = Connection | Client | Destination
KINDS: dict[str, type[Connection] | type[Client] | type[Destination]] = {
    Grant.Kind.CONNECTION: Connection,
    Grant.Kind.CLIENT: Client,
    Grant.Kind.DESTINATION: Destination,
}


def connections() -> QuerySet[Connection]:
    """Sources with the team that answers for them and their places."""
    return Connection.objects.select_related("team").prefetch_related(_places())


def clients() -> QuerySet[Client]:
    """Who receives data, with their destinations."""
    return Client.objects.select_related("team").prefetch_related(
        Prefetch("destinations", Destination.objects.order_by("name"))
    )


def destinations() -> QuerySet[Destination]:
    """Where clients take data, with their places."""
    return Destination.objects.select_related("team", "client").prefetch_related(_places())


def bindings() -> QuerySet[Binding]:
    """Places, each with what it is the place of."""
    return Binding.objects.select_related(
        "connection__team", "destination__team", "destination__client", "environment", "created_by"
    )


def binding(thing: Connection | Destination, environment: Environment) -> Binding | None:
    """The place that a name stands for in an environment; None: it is not reached there."""
    return bindings().filter(**{kind_of(thing): thing}, environment=environment).first()


def locked_binding(thing: Connection | Destination, environment: Environment) -> Binding | None:
    """The same, as nobody else changes it until this transaction ends."""
    rows = bindings().select_for_update(of=("self",))
    return rows.filter(**{kind_of(thing): thing}, environment=environment).first()


_BOUND = Question(
    lambda names, environment: Binding.objects.select_related("connection").filter(
        InArray("connection__name", names), environment__name=environment
    ),
    names=TEXTS,
    environment=CharField(),
)


def connections_bound(names: Iterable[str], environment: str) -> dict[str, Binding]:
    """The places of these connections in an environment, by name; those without are left out."""
    rows = _BOUND.rows(names=list(names), environment=environment)
    return {row.connection.name: row for row in rows if row.connection}


def destinations_bound(names: Iterable[str], environment: str) -> dict[str, Binding]:
    """The places of these destinations in an environment, by name; those without are left out."""
    rows = bindings().filter(destination__name__in=list(names), environment__name=environment)
    return {row.destination.name: row for row in rows if row.destination}


def by_name(wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Thing]:
    """The things of these names by (kind, name), with their teams; one query a kind."""
    found: dict[tuple[str, str], Thing] = {}
    for kind, names in wanted.items():
        rows = KINDS[kind].objects.select_related("team").filter(name__in=list(names))
        found.update({(str(kind), row.name): row for row in rows})
    return found


def thing(kind: str, name: str) -> Thing:
    """A connection, client or destination by its kind and name; NotFound, in words, without it."""
    found = by_name({kind: [name]}).get((kind, name))
    if found is None:
        raise NotFound(f"There is no {kind} called “{name}”.", field="name")
    return found


def names(kind: str) -> list[str]:
    """All names of a kind, for “Did you mean …?”."""
    return list(KINDS[kind].objects.order_by("name").values_list("name", flat=True)[:5000])


def kind_of(thing: Thing) -> str:
    """How grants and bindings call what it is."""
    return next(kind for kind, model in KINDS.items() if isinstance(thing, model))


def address_of(thing: Thing) -> str:
    """Its page."""
    return f"/{kind_of(thing)}s/{thing.name}/"


def who_can_help(team: Team) -> str:
    """The maintainers of the team that answers for a thing, for a sentence."""
    people = (
        Membership.objects.filter(team=team, role=Role.MAINTAINER, user__is_active=True)
        .order_by("user__full_name")
        .values_list("user__full_name", flat=True)[:3]
    )
    names = list(people)
    if not names:
        return f"a maintainer of {team.name}"
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"{listed} ({team.name})"


def who_can_show_rows(names: Iterable[str]) -> str:
    """Who gives the right to see rows that come from these connections, as a sentence."""
    things = by_name({"connection": names})
    owners = {thing.team.pk: thing.team for thing in things.values()}
    helpers = " and ".join(who_can_help(team) for team in owners.values())
    who = helpers or "A maintainer of the team that owns it"
    return f"{who} can give your team the right to see rows."


def _places() -> Prefetch[str, QuerySet[Binding], str]:
    return Prefetch(
        "bindings", Binding.objects.select_related("environment").order_by("environment__order")
    )


def client(name: str) -> Client:
    """The client of this name; NotFound, in words, where there is none."""
    found = clients().filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no client called “{name}”.")
    return found
