"""What golden paths do with clients and destinations: name them, bind them, give their use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from deployments.environments import queries as environments
from pipelines.connections import attaching, coming, operations, places, queries
from pipelines.connections.coming import Coming
from pipelines.connections.kinds import DESTINATIONS
from pipelines.connections.models import Client, Destination, Kind
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.models import Grant, Team, User
from portal.errors import NotFound, Refused
from portal.files.findings import listed
from portal.golden_paths.steps.base import Done, Input, Link, Objection, Plan, Thing, Waiting

Given = Mapping[str, Any]
DELIVERED_TO = ("client", "destination")
A_KIND = {
    Kind.DIRECTORY: "a folder",
    Kind.WEBHOOK: "a webhook",
    Kind.POSTGRES: "a database of PostgreSQL",
}
LOOK_EVERY = timedelta(seconds=5)  # whether someone has bound it


class CreateClient:
    """Someone who receives data gets a name."""

    title = "Name the client"
    takes: ClassVar[Mapping[str, Input]] = {
        "name": Input("the name of the client"),
        "title": Input("what people call it"),
        "team": Input("the name of the team that answers for it"),
        "description": Input("what they do with the data", is_required=False),
        "contact": Input("whom to write to there", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {"client": "the name of the client"}
    verb = "client.create"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        team = accounts.team(given["team"])
        name = given["name"]
        objections = _objections(by, self.verb, team, "team")
        if Client.objects.filter(name=name).exists():
            objections += (Objection(f"There is already a client called {name}.", "name"),)
        return Plan(
            f"The client {name} (“{given.get('title', name)}”) is named; {team.name} answers for "
            "it.",
            makes=(("client", name),),
            outputs={"client": name},
            objections=objections,
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        words = {word: given.get(word, "") for word in ("description", "contact")}
        team = accounts.team(given["team"])
        client = operations.create_client(
            name=given["name"], title=given["title"], team=team, by=by, now=now, **words
        )
        link = Link(client.name, f"/clients/{client.name}/")
        return Done(f"The client {client.name} is named.", {"client": client.name}, (link,))

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return f"Take away the client {outputs['client']}"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        client = queries.client(outputs["client"])
        operations.remove_client(thing=client, by=by, now=now, reason=reason)
        return Done(f"The client {client.name} is gone.")


class CreateDestination:
    """A place where a client takes data gets a name."""

    title = "Name the destination"
    takes: ClassVar[Mapping[str, Input]] = {
        "name": Input("the name of the destination"),
        "kind": Input("what it is, such as directory"),
        "client": Input("the name of the client"),
        "team": Input("the name of the team that answers for it"),
        "title": Input("what people call it", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {"destination": "the name of the destination"}
    verb = "destination.create"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        team = accounts.team(given["team"])
        name, client = given["name"], given.get("client", "")
        objections = _objections(by, self.verb, team, "team")
        makes = Coming(name, given["kind"], client, team.name).things
        if given["kind"] not in DESTINATIONS:
            makes = makes[:1]
            words = f"“{given['kind']}” is no kind. There is: {', '.join(DESTINATIONS)}."
            objections += (Objection(words, "kind"),)
        if Destination.objects.filter(name=name).exists():
            objections += (Objection(f"There is already a destination called {name}.", "name"),)
        if ("client", client) not in ahead:
            words = attaching.refusal(queries.client(client), team=team, by=by)
            objections += (Objection(words, "client"),) if words else ()
        return Plan(
            f"The destination {name} of {client} is named: {A_KIND.get(given['kind'], '')}.",
            makes=makes,
            outputs={"destination": name},
            objections=objections,
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        destination = operations.create_destination(
            name=given["name"],
            kind=given["kind"],
            client=queries.client(given["client"]),
            team=accounts.team(given["team"]),
            title=given.get("title", ""),
            by=by,
            now=now,
        )
        outputs = {"destination": destination.name}
        return Done(f"The destination {destination.name} is named.", outputs)

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return f"Take away the destination {outputs['destination']}"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        destination = _destination(outputs["destination"])
        operations.remove_destination(thing=destination, by=by, now=now, reason=reason)
        return Done(f"The destination {destination.name} is gone.")


class BindDestination:
    """A destination gets a place in each of some environments.

    A path keeps no secrets. Without an address, as for what needs one, this waits until someone
    has bound it on the client's page.
    """

    title = "Say where it is"
    takes: ClassVar[Mapping[str, Input]] = {
        "destination": Input("the name of the destination"),
        "environments": Input("names of environments"),
        "address": Input(
            "where it is; {environment} stands for the environment's name. Left out: wait until "
            "someone binds it",
            is_required=False,
        ),
        "region": Input("the region in which it is", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {"environments": "names of environments"}
    verb = "binding.set"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        names = list(given["environments"])
        destination = _to_come(given["destination"], ahead) or _destination(given["destination"])
        objections = (
            *_objections(by, self.verb, destination.team, "destination"),
            *_misplaced(destination, given, names),
        )
        outputs = {"environments": names}
        if not given.get("address"):
            words = f"Waits until someone has bound {destination.name} in {listed(names)}: its "
            words += "page asks for the secret, which is not kept here."
            return Plan(words, outputs=outputs, objections=objections)
        where = listed(f"{name} at `{_address(given, name)}`" for name in names)
        return Plan(
            f"{destination.name} is in {where}. In every other environment it is not delivered.",
            outputs=outputs,
            objections=objections,
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        destination, names = _destination(given["destination"]), list(given["environments"])
        page = Link(destination.client.title, f"/clients/{destination.client.name}/")
        if not given.get("address"):
            lacking = [name for name in names if name not in _bound(destination)]
            if lacking:
                words = f"Waits until someone binds {destination.name} in {listed(lacking)}."
                return Waiting(words, now + LOOK_EVERY, {"environments": names}, (page,))
        else:
            for name in names:
                operations.bind(
                    thing=destination,
                    environment=environments.environment(name),
                    address=_address(given, name),
                    region=given.get("region", ""),
                    by=by,
                    now=now,
                )
        outputs = {"environments": names}
        return Done(f"{destination.name} is in {listed(names)}.", outputs, (page,))

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return f"Unbind {given['destination']} in {listed(outputs['environments'])}"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        destination = _destination(given["destination"])
        bound = _bound(destination)
        for place in outputs["environments"]:
            if place in bound:
                environment = environments.environment(place)
                operations.unbind(thing=destination, environment=environment, by=by, now=now)
        return Done(f"{destination.name} is nowhere any more.")


class GiveUse:
    """A team may use a client and a destination from now on."""

    title = "Let the team deliver there"
    takes: ClassVar[Mapping[str, Input]] = {
        "team": Input("the name of the team"),
        "client": Input("the name of the client"),
        "destination": Input("the name of the destination"),
        "reason": Input("why", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {"given": "kinds of things that were not granted before"}
    verb = "grant.give"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        team = accounts.team(given["team"])
        objections: tuple[Objection, ...] = ()
        for kind in DELIVERED_TO:
            if (kind, given[kind]) not in ahead:
                owner = queries.thing(kind, given[kind]).team
                objections += _objections(by, self.verb, owner, kind)
        return Plan(
            f"{team.name} may deliver to {given['client']} at {given['destination']}.",
            makes=tuple(("grant", f"{team.name} {kind} {given[kind]}") for kind in DELIVERED_TO),
            objections=objections,
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        team = accounts.team(given["team"])
        fresh = [kind for kind in DELIVERED_TO if not _grant(team, kind, given[kind])]
        for kind in fresh:
            operations.give(
                thing=queries.thing(kind, given[kind]),
                team=team,
                use=Grant.Use.USE,
                reason=given.get("reason", ""),
                by=by,
                now=now,
            )
        words = f"{team.name} may deliver to {given['client']} at {given['destination']}."
        return Done(words, {"given": fresh})

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return f"Take from {given['team']} the use of {_named(given, outputs['given'])}"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        team = accounts.team(given["team"])
        for kind in outputs["given"]:
            if grant := _grant(team, kind, given[kind]):
                operations.take(grant=grant, by=by, now=now, reason=reason)
        return Done(f"{team.name} may no longer use {_named(given, outputs['given'])}.")


def _objections(by: User, verb: str, team: Team, given: str) -> tuple[Objection, ...]:
    refusal = access.refusal(by, verb, team)
    return (Objection(refusal, given),) if refusal else ()


def _destination(name: str) -> Destination:
    found = queries.destinations().filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no destination called “{name}”.", field="destination")
    return found


def _to_come(name: str, ahead: frozenset[Thing]) -> Destination | None:
    """What a step before this one will have made of it; not saved."""
    found = coming.destination(name, ahead)
    if found is None:
        return None
    return Destination(name=name, kind=found.kind, team=accounts.team(found.team))


def _misplaced(destination: Destination, given: Given, names: list[str]) -> list[Objection]:
    """What binding it would refuse, in each environment."""
    found = [environments.environment(name) for name in names]
    address = given.get("address", "")
    if words := _address_problem(destination.kind, address, names):
        return [Objection(words, "address")]
    objections = []
    for environment in found if address else ():
        try:
            places.address(destination, environment, _address(given, environment.name), {})
        except Refused as refused:
            objections.append(Objection(refused.message, "address"))
    return objections


def _address(given: Given, place: str) -> str:
    return str(given["address"]).replace("{environment}", place)


def _address_problem(kind: str, address: str, places: list[str]) -> str:
    if kind == Kind.DIRECTORY and not address:
        return "Say in which folder it is."
    if kind != Kind.DIRECTORY and address:
        return "Leave it open: this kind needs a secret, which its page asks for."
    if address and len(places) > 1 and "{environment}" not in address:
        return (
            "Each environment needs a place of its own. Write {environment} where its name belongs."
        )
    return ""


def _bound(destination: Destination) -> set[str]:
    """The environments in which it has a place."""
    return set(destination.bindings.values_list("environment__name", flat=True))


def _grant(team: Team, kind: str, name: str) -> Grant | None:
    return accounts.grants(team=team, kind=kind, name=name, use=Grant.Use.USE).first()


def _named(given: Given, kinds: Iterable[str]) -> str:
    return listed(f"the {kind} {given[kind]}" for kind in kinds) or "nothing"
