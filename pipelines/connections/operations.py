"""Naming sources, clients and destinations, saying where they are, and who may use them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from deployments.environments.models import Environment
from pipelines.connections import addresses, findable, queries, removal
from pipelines.connections.models import Binding, Client, Connection, Destination, Kind
from pipelines.connections.queries import Thing
from portal import secrets
from portal.accounts import access
from portal.accounts import operations as accounts
from portal.accounts.models import Grant, Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.names import SLUG_HINT, is_slug
from portal.search import operations as search

OWN_FOLDERS = ("postgres", "redis", "run", "servers", "log", "static")


@kept("connection.create", "connection", "name")
@transaction.atomic
def create_connection(
    *,
    name: str,
    kind: str,
    team: Team,
    by: User,
    now: datetime,
    title: str = "",
    description: str = "",
) -> Connection:
    """Name a source. It is nowhere until it is bound, and nobody may query it without a grant."""
    access.require(by, "connection.create", team)
    _check_kind(kind)
    found = Connection(
        name=name, title=title, description=description, kind=kind, team=team, created_at=now
    )
    _save(found, "connection")
    _audit("connection.create", found, by=by, now=now, after={"kind": kind})
    return found


@kept("client.create", "client", "name")
@transaction.atomic
def create_client(
    *,
    name: str,
    title: str,
    team: Team,
    by: User,
    now: datetime,
    description: str = "",
    contact: str = "",
) -> Client:
    """Name someone who receives data."""
    access.require(by, "client.create", team)
    found = Client(
        name=name,
        title=title.strip() or name,
        description=description,
        contact=contact,
        team=team,
        created_at=now,
    )
    _save(found, "client")
    _audit("client.create", found, by=by, now=now, after={"title": found.title})
    return found


@kept("destination.create", "destination", "name")
@transaction.atomic
def create_destination(
    *,
    name: str,
    kind: str,
    client: Client,
    team: Team,
    by: User,
    now: datetime,
    title: str = "",
) -> Destination:
    """Name a place where a client takes data. Nothing is sent where it has no binding."""
    access.require(by, "destination.create", team)
    _check_kind(kind)
    found = Destination(name=name, title=title, kind=kind, client=client, team=team, created_at=now)
    _save(found, "destination")
    after = {"kind": kind, "client": client.name}
    _audit("destination.create", found, by=by, now=now, after=after)
    return found


@kept("binding.set", "binding", "thing")
@transaction.atomic
def bind(
    *,
    thing: Connection | Destination,
    environment: Environment,
    address: str,
    by: User,
    now: datetime,
    secret: str | None = None,
    region: str = "",
) -> Binding:
    """Say where a name is in an environment, or say it anew.

    `secret` None leaves the one that is there, "" removes it; no one ever sees it again.
    """
    access.require(by, "binding.set", thing)
    place = _place(thing, environment, address)
    held = queries.binding(thing, environment)
    values: dict[str, Any] = {
        "address": place,
        "region": region,
        "updated_at": now,
    }
    if secret is not None:
        values["secret"] = secrets.encrypt(secret) if secret else None
        values["secret_set_at"] = now if secret else None
    whose: dict[str, Any] = {queries.kind_of(thing): thing}
    binding, _ = Binding.objects.update_or_create(
        environment=environment,
        defaults=values,
        create_defaults={**values, "created_by": by},
        **whose,
    )
    after = _shown(binding) | ({"secret": _secret_words(secret)} if secret is not None else {})
    before = _shown(held) if held else None
    _audit(
        "binding.set", thing, by=by, now=now, environment=environment, before=before, after=after
    )
    return binding


@kept("binding.unset", "binding", "thing")
@transaction.atomic
def unbind(
    *, thing: Connection | Destination, environment: Environment, by: User, now: datetime
) -> None:
    """From now on the name is not reached in this environment."""
    access.require(by, "binding.set", thing)
    held = queries.binding(thing, environment)
    if held is None or not Binding.objects.filter(pk=held.pk).delete()[0]:
        raise Moved(f"{thing.name} has no binding in {environment.name}.")
    _audit("binding.unset", thing, by=by, now=now, environment=environment, before=_shown(held))


@kept("client.remove", "client", "thing")
@transaction.atomic
def remove_client(*, thing: Client, by: User, now: datetime, reason: str = "") -> None:
    """Take away a client that nothing was made for yet; who was sent something stays."""
    access.require(by, "client.remove", thing)
    _remove(thing, "client.remove", removal.of_client(thing), by=by, now=now, reason=reason)


@kept("destination.remove", "destination", "thing")
@transaction.atomic
def remove_destination(*, thing: Destination, by: User, now: datetime, reason: str = "") -> None:
    """Take away a place to which nothing was ever sent."""
    access.require(by, "destination.remove", thing)
    hinders = removal.of_destination(thing)
    _remove(thing, "destination.remove", hinders, by=by, now=now, reason=reason)


def give(*, thing: Thing, team: Team, use: str, by: User, now: datetime, reason: str = "") -> Grant:
    """Let a team use a connection, client or destination, or see a connection's rows."""
    return accounts.give_grant(
        team=team,
        kind=queries.kind_of(thing),
        name=thing.name,
        use=use,
        owner=thing.team,
        by=by,
        now=now,
        reason=reason,
    )


def take(*, grant: Grant, by: User, now: datetime, reason: str = "") -> None:
    """Take a grant back: what needs it is refused from the next attempt on."""
    thing = queries.thing(grant.kind, grant.name)
    accounts.take_grant(grant=grant, owner=thing.team, by=by, now=now, reason=reason)


@transaction.atomic
def rotate_secrets(*, by: User | None, now: datetime) -> int:
    """Write every secret anew with the first key of SLIPWAY_ENCRYPTION_KEYS; returns how many.

    `secrets.Undecryptable` where a key is missing: then all are as they were.
    """
    if by:
        access.require(by, "secrets.rotate")
    held = Binding.objects.select_for_update().exclude(secret=None).order_by("pk")
    count = 0
    for binding in held:
        Binding.objects.filter(pk=binding.pk).update(secret=secrets.rotate(binding.secret or b""))
        count += 1
    audit.record(
        verb="secrets.rotate",
        by=by,
        now=now,
        kind="binding",
        thing="every secret",
        after={"count": count},
    )
    return count


def _remove(
    thing: Client | Destination, verb: str, hinders: str, *, by: User, now: datetime, reason: str
) -> None:
    if hinders:
        raise Refused(f"{thing.name} stays: {hinders}")
    kind = queries.kind_of(thing)
    _audit(verb, thing, by=by, now=now, reason=reason, before={"title": thing.title})
    search.remove(kind=kind, name=thing.name)
    thing.delete()


def _check_kind(kind: str) -> None:
    if kind not in Kind.values:
        raise Refused(f"“{kind}” is no kind. There is: {', '.join(Kind.values)}.", field="kind")


def _save(thing: Thing, noun: str) -> None:
    if not is_slug(thing.name):
        raise Refused(f"“{thing.name}” can't be a name: use {SLUG_HINT}.", field="name")
    try:
        with transaction.atomic():
            thing.save(force_insert=True)
    except IntegrityError:
        message = f"There is already a {noun} called {thing.name}. Choose another name."
        raise Refused(message, field="name") from None
    search.put(findable.thing(thing))


def _place(thing: Connection | Destination, environment: Environment, address: str) -> str:
    """The address as it will be used, its links followed; Refused says why it can't be."""
    own = [settings.ARTIFACTS_DIR, *(settings.DATA_DIR / name for name in OWN_FOLDERS)]
    grounds = addresses.grounds(settings.DIRECTORY_ROOTS, [Path(path) for path in own])
    try:
        check = addresses.source if isinstance(thing, Connection) else addresses.destination
        folder = str(check(address, grounds))
    except addresses.NotAnAddress as problem:
        raise Refused(problem.message, field="address") from problem
    _refuse_foreign(thing, folder)
    if isinstance(thing, Destination):
        _refuse_shared(thing, environment, folder)
    return folder


def _refuse_foreign(thing: Connection | Destination, folder: str) -> None:
    """A second name for another team's folder would walk around that team's grants."""
    for other in queries.bindings():
        owned = other.connection or other.destination
        if owned and owned.team_id != thing.team_id and addresses.overlap(folder, other.address):
            raise Refused(
                f"{folder} belongs to {owned.name} of {owned.team.name}. Ask them for a grant on "
                f"{owned.name} instead of naming its folder once more.",
                field="address",
            )


def _refuse_shared(thing: Destination, environment: Environment, folder: str) -> None:
    """Two destinations in one folder would overwrite each other, or show one client's data to
    another; the lock keeps two people from binding both at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('destination folders', 7))")
    others = queries.bindings().filter(destination__isnull=False)
    for other in others.exclude(destination=thing, environment=environment):
        if other.destination and addresses.overlap(folder, other.address):
            raise Refused(
                f"{folder} overlaps with {other.address}, which is {other.destination.name} in "
                f"{other.environment.name}. Give each destination a folder of its own in each "
                "environment.",
                field="address",
            )


def _shown(binding: Binding) -> dict[str, str]:
    return {"address": binding.address, "region": binding.region}


def _secret_words(secret: str) -> str:
    return "set" if secret else "removed"


def _audit(
    verb: str, thing: Thing, *, by: User, now: datetime, environment: object = "", **more: Any
) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind=queries.kind_of(thing),
        thing=thing.name,
        thing_id=thing.pk,
        team=thing.team.name,
        environment=environment,
        **more,
    )
