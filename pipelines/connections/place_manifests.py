"""In files: where names are in each environment, and which team may use what."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from pydantic import BaseModel

from deployments.environments import queries as environments
from pipelines.connections import hooks, kinds, operations, places, queries
from pipelines.connections.manifest_shapes import BindingDocument, GrantDocument
from pipelines.connections.models import Binding, Connection, Destination, Kind
from pipelines.connections.place_folders import overlapping
from pipelines.connections.postgres import address as databases
from portal import secrets
from portal.accounts import queries as accounts
from portal.accounts.models import Grant
from portal.errors import Refused
from portal.manifests.kinds.base import (
    Difference,
    Farewell,
    Fields,
    Manifest,
    Problem,
    Reference,
    Task,
)
from portal.manifests.kinds.described import Described
from portal.manifests.world import World, fingerprint

KINDS = {"connection": "Connection", "client": "Client", "destination": "Destination"}
NAME = ("metadata", "name")


class Grants(Described):
    """The name says who may do what with what; the reason is told once, when it is given."""

    name = "Grant"
    noun = "grant"
    file = "grants.yaml"
    model: ClassVar[type[BaseModel]] = GrantDocument
    in_metadata = ()
    verbs = ("grant.give", "grant.take")
    leaving = "grant.take"

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        return iter(())

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        team, _, kind, name = data["metadata"]["name"].split("/")
        yield Reference("Team", team, NAME)
        yield Reference(KINDS[kind], name, NAME)

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = accounts.grants()
        if names is not None:
            rows = rows.filter(name__in={name.split("/")[-1] for name in names})
        found = {f"{row.team.name}/{row.use}/{row.kind}/{row.name}": row for row in rows}
        things = queries.by_name(
            {kind: {row.name for row in found.values() if row.kind == kind} for kind in KINDS}
        )
        return {
            name: {"reason": row.reason, "owner": things[row.kind, row.name].team.name}
            for name, row in found.items()
            if (names is None or name in names) and (row.kind, row.name) in things
        }

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        return fields.get("owner") or _owner(*name.split("/")[2:], world=world)

    def differences(
        self, name: str, wanted: Fields, present: Fields, world: World
    ) -> Iterator[Difference]:
        if not present:
            team, use, kind, thing = name.split("/")
            verb = "sees rows of" if use == Grant.Use.ROWS else "may use"
            yield Difference("grant", None, f"{team} {verb} the {kind} {thing}")

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        *_, kind, name = manifest.name.split("/")
        owner = (world.fields_of(KINDS[kind], name) or {}).get("team")
        yield from world.forbidden("grant.give", owner)

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        words = "What needs it is refused from the next attempt on."
        return dict.fromkeys(names, Farewell(words))

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        return super().document(name, {"reason": fields["reason"]})

    def do(self, task: Task) -> None:
        team, use, kind, name = task.name.split("/")
        operations.give(
            thing=queries.thing(kind, name),
            team=accounts.team(team),
            use=use,
            by=task.by,
            now=task.now,
            reason=task.wanted.get("reason", ""),
        )

    def leave(self, task: Task) -> None:
        team, use, kind, name = task.name.split("/")
        rows = accounts.grants(team=accounts.team(team), kind=kind, name=name, use=use)
        for grant in rows:
            operations.take(grant=grant, by=task.by, now=task.now, reason=task.reason)


class Bindings(Described):
    """The place of a name in an environment. Its secret is compared and never shown."""

    name = "Binding"
    noun = "binding"
    file = "bindings.yaml"
    model: ClassVar[type[BaseModel]] = BindingDocument
    in_metadata = ()
    verbs = ("binding.set", "binding.set")
    leaving = "binding.set"

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        return iter(())

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        kind, name, place = data["metadata"]["name"].split("/")
        yield Reference(KINDS[kind], name, NAME)
        yield Reference("Environment", place, NAME)

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = Binding.objects.select_related(
            "connection__team", "destination__team", "environment"
        )
        if names is not None:
            things = {kind: set[str]() for kind in KINDS}
            for each in names:
                things[each.split("/")[0]].add(each.split("/")[1])
            is_meant = Q(connection__name__in=things["connection"])
            rows = rows.filter(is_meant | Q(destination__name__in=things["destination"]))
        found = {_name(row): _fields(row) for row in rows}
        return {name: row for name, row in found.items() if names is None or name in names}

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        return fields.get("owner") or _owner(*name.split("/")[:2], world=world)

    def differences(
        self, name: str, wanted: Fields, present: Fields, world: World
    ) -> Iterator[Difference]:
        for field, after in wanted.items():
            if field == "secret":
                may_know = world.may("binding.set", self.team(name, present, world))
                given = world.given.get(reference(after)) if may_know else None
                yield from _secret(after, given, present, of=name)
            elif not (present and _is_same(field, after, present)):
                before = present.get(field)
                if field == "address":
                    yield self._moved(name, before, after, present, world)
                else:
                    yield Difference(field, before, after)

    def _moved(
        self, name: str, before: str | None, after: str, present: Fields, world: World
    ) -> Difference:
        """Another address: what is there is for those who may change it, and kept for everyone."""
        seen = self.seen(name, present, world)["address"] if before else None
        kept = (hooks.shown(before) if before else None, hooks.shown(after))
        return Difference("address", seen, after, kept=kept)

    def seen(self, name: str, fields: Fields, world: World) -> Fields:
        hidden = hooks.shown(fields["address"])
        if hidden == fields["address"] or world.may("binding.set", self.team(name, fields, world)):
            return fields
        return {**fields, "address": hidden}

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        kind, name, _ = manifest.name.split("/")
        thing = world.fields_of(KINDS[kind], name) or {}
        yield from world.forbidden("binding.set", thing.get("team"))
        is_source = kind == "connection"
        try:
            options = kinds.chosen(thing["kind"], wanted.get("options", {}), is_source=is_source)
            guarded = list(kinds.guarded(thing["kind"], options, is_source=is_source))
            is_new = present is None or any(
                not present["options"].get(option.name) for option in guarded
            )
            if guarded and is_new:
                yield from world.forbidden("binding.allow", thing.get("team"))
            place = places.form(thing["kind"], wanted["address"], options, is_source=is_source)
            if thing["kind"] == Kind.DIRECTORY:
                yield from overlapping(manifest.name, place, world)
        except kinds.NotAnOption as problem:
            yield problem.message
        except Refused as refused:
            yield refused.message
        yield from _secret_refusals(thing["kind"], wanted, present, world)

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        return dict.fromkeys(names, Farewell("It is not reached there from then on."))

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        spec = {key: fields[key] for key in ("address", "region", "options")}
        if fields["box"]:
            word = name.upper().replace("/", "_").replace("-", "_")
            spec["secret"] = {"env": f"SLIPWAY_SECRET_{word}"}
        return super().document(name, spec)

    def do(self, task: Task) -> None:
        thing, place = _bound(task.name)
        secret = None
        if "secret" in task.wanted and {"secret", "address"} & set(task.differing):
            secret = task.secrets.get(reference(task.wanted["secret"]))
            if secret is None:
                said = reference(task.wanted["secret"]).replace(":", " ")
                raise Refused(f"Its secret ({said}) was not given.", field="secret")
        operations.bind(
            thing=thing,
            environment=environments.environment(place),
            address=task.wanted["address"],
            region=str(task.wanted.get("region", (task.present or {}).get("region", ""))),
            options=task.wanted.get("options"),
            secret=secret,
            by=task.by,
            now=task.now,
        )

    def leave(self, task: Task) -> None:
        thing, place = _bound(task.name)
        operations.unbind(
            thing=thing, environment=environments.environment(place), by=task.by, now=task.now
        )


def _owner(kind: str, name: str, *, world: World | None) -> str | None:
    """Who answers for what is granted or bound."""
    fields = world.fields_of(KINDS[kind], name) if world else None
    return fields["team"] if fields else None


def reference(secret: Mapping[str, str | None]) -> str:
    """How the value of a secret is handed in: "env:NAME" or "file:PATH"."""
    return f"env:{secret['env']}" if secret.get("env") else f"file:{secret['file']}"


def _name(row: Binding) -> str:
    kind, thing = (
        ("connection", row.connection)
        if row.connection
        else (
            "destination",
            row.destination,
        )
    )
    assert thing is not None
    return f"{kind}/{thing.name}/{row.environment.name}"


def _fields(row: Binding) -> Fields:
    thing = row.connection or row.destination
    assert thing is not None
    return {
        "address": row.address,
        "region": row.region,
        "options": row.options,
        "owner": thing.team.name,
        "kind": thing.kind,
        "is_source": row.connection is not None,
        "box": bytes(row.secret) if row.secret else b"",  # as it is encrypted
    }


def _is_same(field: str, after: Any, present: Fields) -> bool:
    """Whether it is kept in this form: links followed, defaults left out, no password."""
    kind, is_source = present["kind"], present["is_source"]
    if field == "options":
        try:
            return bool(kinds.chosen(kind, after, is_source=is_source) == present["options"])
        except kinds.NotAnOption:
            return False
    if field == "address" and kind == Kind.DIRECTORY:
        return bool(os.path.realpath(after) == present["address"])
    if field == "address" and kind == Kind.POSTGRES:
        try:
            return bool(databases.read(after).url == present["address"])
        except databases.NotADatabase:
            return False
    return bool(after == present.get(field))


def _secret(
    after: Mapping[str, str], given: str | None, present: Fields, *, of: str
) -> Iterator[Difference]:
    """That a secret is set or another one. Fingerprints are told, and stored nowhere.

    `given` is its value, of those who may set it.
    """
    box = present.get("box", b"")
    came = f"from {reference(after).replace(':', ' ')}"
    mark = f" ({fingerprint(given, of=of)})" if given is not None else ""
    if not box:
        words = f"set {came}"
        yield Difference("secret", None, words + mark, kept=(None, words))
        return
    if given is None:
        return  # what is not known here is not compared
    held = secrets.decrypt(box) if secrets.is_readable(box) else None
    if held != given:
        before = "set" if held is not None else "set, and can't be read any more"
        told = f"{before} ({fingerprint(held, of=of)})" if held is not None else before
        words = f"another one {came}"
        yield Difference("secret", told, words + mark, kept=(before, words))


def _secret_refusals(
    kind: str, wanted: Fields, present: Fields | None, world: World
) -> Iterator[str]:
    has_one = bool(present and present["box"])
    if kind == Kind.WEBHOOK and not has_one and "secret" not in wanted:
        yield "A webhook needs a signing secret: say where it comes from, secret: {env: NAME}."
    if kind == Kind.DIRECTORY and "secret" in wanted:
        yield "A folder has no secret. Leave it out."
    if kind == Kind.WEBHOOK and "secret" in wanted:
        given = world.given.get(reference(wanted["secret"]))
        try:
            if given is not None:
                hooks.key(given)
        except hooks.NotAHook as problem:
            yield problem.message
    is_left = kind == Kind.POSTGRES and has_one and "secret" not in wanted
    if is_left and present and not _is_same("address", wanted["address"], present):
        yield (
            f"The password that is kept was for {present['address']}. Say where the one for the "
            "new address comes from, secret: {env: NAME}."
        )


def _bound(name: str) -> tuple[Connection | Destination, str]:
    kind, thing, place = name.split("/")
    found = queries.thing(kind, thing)
    assert isinstance(found, Connection | Destination)
    return found, place
