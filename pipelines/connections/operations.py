"""Names of sources, clients and destinations; where they are; and who may use them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction

from deployments.environments.models import Environment
from pipelines.connections import places
from pipelines.connections.models import Binding, Client, Connection, Destination, Kind
from portal import secrets
from portal.accounts import access
from portal.accounts import operations as accounts
from portal.accounts.models import Grant, Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, NotFound, Refused
from portal.names import SLUG_HINT, is_slug

Thing = Connection | Client | Destination
Bound = Connection | Destination
AnyThing = TypeVar("AnyThing", Connection, Client, Destination)


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
    """Name a source of data. Bind it in an environment before anything can read it there."""
    access.require(by, "connection.create", team)
    _refuse_unknown_kind(kind)
    row = Connection(
        name=name, kind=kind, team=team, title=title, description=description, created_at=now
    )
    return _create(row, by=by, now=now)


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
    row = Client(
        name=name, title=title, team=team, description=description, contact=contact, created_at=now
    )
    return _create(row, by=by, now=now)


@kept("destination.create", "destination", "name")
@transaction.atomic
def create_destination(
    *, name: str, kind: str, client: Client, team: Team, by: User, now: datetime, title: str = ""
) -> Destination:
    """Name a place where a client takes data. Bind it where it really is, per environment."""
    access.require(by, "destination.create", team)
    _refuse_unknown_kind(kind)
    row = Destination(name=name, kind=kind, client=client, team=team, title=title, created_at=now)
    return _create(row, by=by, now=now)


@kept("binding.set", "binding", "thing")
@transaction.atomic
def bind(
    *,
    thing: Bound,
    environment: Environment,
    address: str,
    by: User,
    now: datetime,
    secret: str | None = None,
    region: str = "",
) -> Binding:
    """Say where a connection or a destination is in an environment. A secret is kept encrypted.

    Binding again moves it; without a new secret the old one stays.
    """
    access.require(by, "binding.set", thing)
    place = places.checked(address, is_written=isinstance(thing, Destination))
    before = Binding.objects.filter(environment=environment, **_key(thing)).first()
    fresh: dict[str, object] = {"address": str(place), "region": region, "updated_at": now}
    if secret:
        fresh |= {"secret": secrets.encrypt(secret), "secret_set_at": now}
    binding, _ = Binding.objects.update_or_create(
        environment=environment,
        **_key(thing),
        defaults=fresh,
        create_defaults={**fresh, "created_by": by},
    )
    _record(
        "binding.set", thing, by=by, now=now, environment=environment,
        before={"address": before.address} if before else None,
        after={"address": binding.address, "region": region, "secret": "set" if secret else "kept"},
    )  # fmt: skip
    return binding


@kept("binding.remove", "binding", "thing")
@transaction.atomic
def unbind(*, thing: Bound, environment: Environment, by: User, now: datetime) -> None:
    """Take the place away: nothing is read from or sent there any more. Its secret is deleted."""
    access.require(by, "binding.set", thing)
    binding = Binding.objects.filter(environment=environment, **_key(thing)).first()
    if binding is None:
        raise NotFound(f"{thing.name} has no binding in {environment.name}.")
    binding.delete()
    _record(
        "binding.remove", thing, by=by, now=now, environment=environment,
        before={"address": binding.address},
    )  # fmt: skip


def give(*, thing: Thing, team: Team, use: str, by: User, now: datetime, reason: str = "") -> Grant:
    """Let a team use a thing, or see rows that come from it; the thing's own team decides."""
    return accounts.give_grant(
        team=team, kind=kind_of(thing), name=thing.name, use=use, owner=thing.team,
        by=by, now=now, reason=reason,
    )  # fmt: skip


def take(*, grant: Grant, thing: Thing, by: User, now: datetime, reason: str = "") -> None:
    """Take a grant back; runs and deliveries that need it stop from now on."""
    accounts.take_grant(grant=grant, owner=thing.team, by=by, now=now, reason=reason)


def kind_of(thing: Thing) -> str:
    """The word that grants and the audit use for it: connection, client or destination."""
    return type(thing).__name__.lower()


def _create(row: AnyThing, *, by: User, now: datetime) -> AnyThing:
    noun = kind_of(row)
    if not is_slug(row.name):
        raise Refused(f"“{row.name}” can't be a name: use {SLUG_HINT}.", field="name")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Moved(f"There is a {noun} called {row.name} already.") from error
    _record(f"{noun}.create", row, by=by, now=now, after={"team": row.team.name})
    return row


def _refuse_unknown_kind(kind: str) -> None:
    if kind not in Kind.values:
        known = ", ".join(Kind.values)
        raise Refused(f"“{kind}” is no kind that can be used. There is: {known}.", field="kind")


def _key(thing: Bound) -> dict[str, Bound]:
    return {kind_of(thing): thing}


def _record(
    verb: str,
    thing: Thing,
    *,
    by: User,
    now: datetime,
    environment: Environment | None = None,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind=kind_of(thing),
        thing=thing.name,
        thing_id=thing.pk,
        team=thing.team.name,
        environment=environment.name if environment else "",
        before=before,
        after=after,
    )
