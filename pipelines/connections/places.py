"""Whether a name may be bound to an address: what it must look like, and whose it is already."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from deployments.environments.models import Environment
from pipelines.connections import addresses, hooks, kinds, queries
from pipelines.connections.models import Binding, Connection, Destination, Kind
from pipelines.connections.postgres import address as databases
from portal.accounts import access
from portal.accounts.models import User
from portal.errors import Refused

OWN_FOLDERS = ("postgres", "redis", "run", "servers", "log", "static")
Thing = Connection | Destination


def address(thing: Thing, environment: Environment, text: str, options: Mapping[str, Any]) -> str:
    """The address as it will be used; Refused says why it can't be."""
    place = form(thing.kind, text, options, is_source=isinstance(thing, Connection))
    if thing.kind == Kind.DIRECTORY:
        _refuse_foreign(thing, place)
        if isinstance(thing, Destination):
            _refuse_shared(thing, environment, place)
    return place


def form(kind: str, text: str, options: Mapping[str, Any], *, is_source: bool) -> str:
    """The address in the form in which it is kept, whoever else may have it; or Refused."""
    try:
        if kind == Kind.WEBHOOK:
            return _url(text, options)
        if kind == Kind.POSTGRES:
            return databases.read(text).url
    except (hooks.NotAHook, databases.NotADatabase) as problem:
        raise Refused(problem.message, field="address") from problem
    return _folder(text, is_source=is_source)


def options(thing: Thing, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are kept; Refused where this kind has no such one."""
    try:
        return kinds.chosen(thing.kind, given, is_source=isinstance(thing, Connection))
    except kinds.NotAnOption as problem:
        raise Refused(problem.message, field=f"options.{problem.name}") from problem


def require_platform(
    thing: Thing, held: Binding | None, place: str, options: Mapping[str, Any], by: User
) -> None:
    """What opens a shut way is set by the platform role, and so is where that way leads."""
    is_source = isinstance(thing, Connection)
    is_same = held is not None and held.address == place
    for option in kinds.guarded(thing.kind, options, is_source=is_source):
        if not (is_same and held is not None and held.options.get(option.name)):
            access.require(by, "binding.allow", thing)


def secret(thing: Thing, held: Binding | None, place: str, given: str | None) -> None:
    """Refuse a secret that this kind can't use, and a webhook that would have none."""
    if thing.kind == Kind.POSTGRES:
        _refuse_to_carry_on(held, place, given)
    if thing.kind != Kind.WEBHOOK:
        return
    is_missing = given == "" or (given is None and (held is None or held.secret is None))
    if is_missing:
        raise Refused(
            "A webhook needs a signing secret, by which the client knows who sends. This makes "
            'one: echo "whsec_$(openssl rand -base64 32)".',
            field="secret",
        )
    if given is None:
        return
    try:
        hooks.key(given)
    except hooks.NotAHook as problem:
        raise Refused(problem.message, field="secret") from problem


def _refuse_to_carry_on(held: Binding | None, place: str, given: str | None) -> None:
    """A password is told to whoever answers at the address, so it does not move along unasked."""
    if given is None and held and held.secret and held.address != place:
        raise Refused(
            f"The password that is kept was for {held.address}. Give the one for the new address.",
            field="secret",
        )


def _url(text: str, options: Mapping[str, Any]) -> str:
    hook = hooks.read(text)
    if not hook.is_https and not options.get("allow_http"):
        raise Refused(
            "An address that begins with http:// is read by whoever is on the way. Use https://, "
            "or let someone with the platform role allow it here.",
            field="address",
        )
    return text


def _folder(text: str, *, is_source: bool) -> str:
    """A folder with its links followed."""
    own = [settings.ARTIFACTS_DIR, *(settings.DATA_DIR / name for name in OWN_FOLDERS)]
    grounds = addresses.grounds(settings.DIRECTORY_ROOTS, [Path(path) for path in own])
    try:
        check = addresses.source if is_source else addresses.destination
        return str(check(text, grounds))
    except addresses.NotAnAddress as problem:
        raise Refused(problem.message, field="address") from problem


def _refuse_foreign(thing: Thing, folder: str) -> None:
    """A second name for another team's folder would walk around that team's grants."""
    for other in queries.bindings():
        owned = other.connection or other.destination
        if owned is None or owned.kind != Kind.DIRECTORY or owned.team_id == thing.team_id:
            continue
        if addresses.overlap(folder, other.address):
            raise Refused(foreign(folder, owned.name, owned.team.name), field="address")


def _refuse_shared(thing: Destination, environment: Environment, folder: str) -> None:
    """Two destinations in one folder would overwrite each other, or show one client's data to
    another; the lock keeps two people from binding both at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('destination folders', 7))")
    others = queries.bindings().filter(destination__kind=Kind.DIRECTORY)
    for other in others.exclude(destination=thing, environment=environment):
        if other.destination and addresses.overlap(folder, other.address):
            name, place = other.destination.name, other.environment.name
            raise Refused(shared(folder, other.address, name, place), field="address")


def foreign(folder: str, name: str, team: str) -> str:
    """Why a folder of another team's connection or destination can't be bound."""
    return (
        f"{folder} belongs to {name} of {team}. Ask them for a grant on {name} instead of naming "
        "its folder once more."
    )


def shared(folder: str, other: str, name: str, environment: str) -> str:
    """Why two destinations can't be in one folder."""
    return (
        f"{folder} overlaps with {other}, which is {name} in {environment}. Give each destination "
        "a folder of its own in each environment."
    )
