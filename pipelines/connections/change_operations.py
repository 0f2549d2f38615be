"""Saying anew what connections, clients and destinations are called."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pipelines.connections import findable
from pipelines.connections.models import Client, Connection, Destination
from pipelines.connections.queries import Thing, kind_of
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Refused
from portal.names import in_one_line
from portal.search import operations as search
from portal.seen import ANYTHING, Seen

WORDS: dict[type[Thing], tuple[str, ...]] = {
    Connection: ("title", "description"),
    Client: ("title", "description", "contact"),
    Destination: ("title",),
}


def facts_of(thing: Thing) -> dict[str, str]:
    """What people may change of it, as it is now."""
    return {name: getattr(thing, name) for name in WORDS[type(thing)]}


def require_seen(thing: Thing, seen: Seen) -> Thing:
    """The row, locked, if it still is what was seen."""
    current: Thing = type(thing).objects.select_for_update().get(pk=thing.pk)
    seen.require(facts_of(current), current.name)
    return current


@transaction.atomic
def _change(*, thing: Thing, by: User, now: datetime, seen: Seen, given: dict[str, str]) -> Thing:
    kind = kind_of(thing)
    access.require(by, f"{kind}.change", thing)
    names = WORDS[type(thing)]
    if unknown := given.keys() - set(names):
        raise Refused(f"{min(unknown)} can't be changed.", field=min(unknown))
    current = require_seen(thing, seen)
    before = facts_of(current)
    after = {**before, **{name: value.strip() for name, value in given.items()}}
    after["title"] = in_one_line(after["title"])
    if isinstance(current, Client):
        after["title"] = after["title"] or current.name
    different = [name for name in names if after[name] != before[name]]
    if not different:
        return current
    for name in different:
        setattr(current, name, after[name])
    current.save(update_fields=different)
    audit.record(
        verb=f"{kind}.change",
        by=by,
        now=now,
        kind=kind,
        thing=current.name,
        thing_id=current.pk,
        team=current.team.name,
        before={name: before[name] for name in different},
        after={name: after[name] for name in different},
    )
    search.put(findable.thing(current))
    return current


@kept("connection.change", "connection", "thing")
def change_connection(
    *, thing: Connection, by: User, now: datetime, seen: Seen = ANYTHING, **given: str
) -> Thing:
    """What a source is called and what it holds: `title`, `description`, as far as given."""
    return _change(thing=thing, by=by, now=now, seen=seen, given=given)


@kept("client.change", "client", "thing")
def change_client(
    *, thing: Client, by: User, now: datetime, seen: Seen = ANYTHING, **given: str
) -> Thing:
    """Who receives data: `title`, `description`, `contact`, as far as given."""
    return _change(thing=thing, by=by, now=now, seen=seen, given=given)


@kept("destination.change", "destination", "thing")
def change_destination(
    *, thing: Destination, by: User, now: datetime, seen: Seen = ANYTHING, **given: str
) -> Thing:
    """What a place is called: `title`, as far as given."""
    return _change(thing=thing, by=by, now=now, seen=seen, given=given)
