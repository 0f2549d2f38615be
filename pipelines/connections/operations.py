"""Naming sources, clients and destinations, saying where they are, and who may use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from deployments.environments.models import Environment
from pipelines.connections import (
    attaching,
    change_operations,
    findable,
    kinds,
    places,
    queries,
    removal,
)
from pipelines.connections.models import Binding, Client, Connection, Destination, Kind
from pipelines.connections.queries import Thing
from portal import secrets
from portal.accounts import access
from portal.accounts import operations as accounts
from portal.accounts.models import Grant, Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.background import enqueue
from portal.errors import Moved, Refused
from portal.names import SLUG_HINT, in_one_line, is_slug
from portal.search import operations as search
from portal.seen import ANYTHING, Seen

BOTH_SIGN = timedelta(days=1)  # a new secret beside the one before


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
    _check_kind(kind, kinds.SOURCES)
    found = Connection(
        name=name,
        title=in_one_line(title),
        description=description,
        kind=kind,
        team=team,
        created_at=now,
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
        title=in_one_line(title) or name,
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
    attaching.require(client, team=team, by=by)
    _check_kind(kind, kinds.DESTINATIONS)
    found = Destination(
        name=name, title=in_one_line(title), kind=kind, client=client, team=team, created_at=now
    )
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
    options: Mapping[str, Any] | None = None,
    seen: Seen = ANYTHING,
) -> Binding:
    """Say where a name is in an environment, or say it anew.

    `secret` None leaves the one that is there, "" removes it; no one ever sees it again. `options`
    None leaves those that are there; which there are stands in `kinds.py`.
    """
    access.require(by, "binding.set", thing)
    held = _held(thing, environment, seen)
    chosen = dict(held.options) if held else {}
    if options is not None:
        chosen = places.options(thing, options)
    place = places.address(thing, environment, address, chosen)
    places.require_platform(thing, held, place, chosen, by)
    places.secret(thing, held, place, secret)
    values: dict[str, Any] = {
        "address": place,
        "options": chosen,
        "region": region,
        "updated_at": now,
        **_secret(thing, held, secret, now),
    }
    if held and (held.address != place or held.options != chosen or secret is not None):
        values |= {"trial": {}, "tried_at": None}  # it was of another place
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


@transaction.atomic
def test(
    *, thing: Connection | Destination, environment: Environment, by: User, now: datetime
) -> Binding:
    """Let a worker see whether the place can be reached; what it finds stands at the binding."""
    access.require(by, "binding.test", thing)
    held = queries.binding(thing, environment)
    if held is None:
        raise Refused(f"{thing.name} has no binding in {environment.name}. Bind it there first.")
    held.trial = {"state": "asked", "by": by.full_name}
    held.tried_at = now
    held.save(update_fields=["trial", "tried_at"])
    _audit("binding.test", thing, by=by, now=now, environment=environment)
    enqueue("pipelines.connections.tasks.test", binding_id=str(held.pk))
    return held


@kept("binding.unset", "binding", "thing")
@transaction.atomic
def unbind(
    *,
    thing: Connection | Destination,
    environment: Environment,
    by: User,
    now: datetime,
    seen: Seen = ANYTHING,
) -> None:
    """From now on the name is not reached in this environment."""
    access.require(by, "binding.set", thing)
    held = _held(thing, environment, seen)
    if held is None or not Binding.objects.filter(pk=held.pk).delete()[0]:
        raise Moved(f"{thing.name} has no binding in {environment.name}.")
    _audit("binding.unset", thing, by=by, now=now, environment=environment, before=_shown(held))


@kept("client.remove", "client", "thing")
@transaction.atomic
def remove_client(
    *, thing: Client, by: User, now: datetime, reason: str = "", seen: Seen = ANYTHING
) -> None:
    """Take away a client that nothing was made for yet; who was sent something stays."""
    access.require(by, "client.remove", thing)
    change_operations.require_seen(thing, seen)
    _remove(thing, "client.remove", removal.of_client(thing), by=by, now=now, reason=reason)


@kept("destination.remove", "destination", "thing")
@transaction.atomic
def remove_destination(
    *, thing: Destination, by: User, now: datetime, reason: str = "", seen: Seen = ANYTHING
) -> None:
    """Take away a place to which nothing was ever sent."""
    access.require(by, "destination.remove", thing)
    change_operations.require_seen(thing, seen)
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


def _remove(
    thing: Client | Destination, verb: str, hinders: str, *, by: User, now: datetime, reason: str
) -> None:
    if hinders:
        raise Refused(f"{thing.name} stays: {hinders}")
    kind = queries.kind_of(thing)
    _audit(verb, thing, by=by, now=now, reason=reason, before={"title": thing.title})
    search.remove(kind=kind, name=thing.name)
    thing.delete()


def _check_kind(kind: str, known: tuple[str, ...]) -> None:
    if kind not in known:
        raise Refused(f"“{kind}” is no kind. There is: {', '.join(known)}.", field="kind")


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


def facts_of(binding: Binding) -> dict[str, Any]:
    """What people may change of it, as it is now; of a secret, since when it is set."""
    names = ("address", "options", "region", "secret_set_at")
    return {name: getattr(binding, name) for name in names}


def _held(thing: Connection | Destination, environment: Environment, seen: Seen) -> Binding | None:
    """The place as it is, locked, so that what was seen of it still holds when it is written."""
    held = queries.locked_binding(thing, environment)
    seen.require(facts_of(held) if held else None, f"where {thing.name} is in {environment.name}")
    return held


def _secret(
    thing: Thing, held: Binding | None, secret: str | None, now: datetime
) -> dict[str, Any]:
    """A webhook's former secret signs beside the new one for a while, so that no one is cut off."""
    if secret is None:
        return {}
    values: dict[str, Any] = {
        "secret": secrets.encrypt(secret) if secret else None,
        "secret_set_at": now if secret else None,
    }
    is_hook = isinstance(thing, Destination) and thing.kind == Kind.WEBHOOK
    if is_hook and held and held.secret:
        # One that no key reads any more can't sign: it would only fail each delivery.
        is_known = secrets.is_readable(held.secret)
        values["former_secret"] = held.secret if is_known else None
        values["former_until"] = now + BOTH_SIGN if is_known else None
    return values


def _shown(binding: Binding) -> dict[str, Any]:
    chosen = {"options": binding.options} if binding.options else {}
    return {"address": binding.shown, "region": binding.region, **chosen}


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
