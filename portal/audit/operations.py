"""Writing the audit: one entry for each act, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from portal import context
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import queries
from portal.audit.chain import Link, after
from portal.audit.models import Entry, Seal, Unsealed
from portal.audit.queries import Export
from portal.errors import Refused
from portal.files import tables

NOBODY = "Slipway"
BATCH = 5000  # entries sealed in one transaction


def record(
    *,
    verb: str,
    by: User | None,
    now: datetime,
    kind: str,
    thing: object,
    thing_id: object = "",
    component: object = "",
    team: object = "",
    environment: object = "",
    reason: str = "",
    before: Any = None,
    after: Any = None,
    outcome: Entry.Outcome = Entry.Outcome.DONE,
) -> Entry:
    """Add an entry. `before` and `after` are JSON and never hold a secret or a row of data."""
    return Entry.objects.create(
        at=now,
        actor=by,
        actor_name=by.full_name if by else NOBODY,
        token_id=by.token.pk if by and by.token else None,
        verb=verb,
        kind=kind,
        thing=str(thing)[:200],
        thing_id=str(thing_id),
        component=str(component),
        team=str(team),
        environment=str(environment),
        outcome=outcome,
        reason=" ".join(filter(None, (reason, context.occasion.get()))),
        before=before,
        after=after,
        request_id=context.request_id.get(),
    )


def record_all(
    *,
    verb: str,
    now: datetime,
    kind: str,
    things: Sequence[tuple[Any, Any]],
    reason: str = "",
) -> None:
    """An entry for each of many things that Slipway itself did at once: (thing, after) pairs.

    The things have a name, an identity and a team; they are components.
    """
    Entry.objects.bulk_create(
        [
            Entry(
                at=now,
                actor_name=NOBODY,
                verb=verb,
                kind=kind,
                thing=str(thing.name)[:200],
                thing_id=str(thing.pk),
                component=str(thing.name),
                team=str(thing.team.name),
                environment="",
                outcome=Entry.Outcome.DONE,
                reason=reason,
                after=after,
                request_id=context.request_id.get(),
            )
            for thing, after in things
        ],
        batch_size=BATCH,
    )


def record_refusal(
    *,
    refused: Refused,
    verb: str,
    by: User | None,
    now: datetime,
    kind: str,
    thing: object,
    **more: Any,
) -> None:
    """Keep that something was refused, in a transaction of its own: the operation's is gone."""
    with transaction.atomic():
        record(
            verb=verb,
            by=by,
            now=now,
            kind=kind,
            thing=thing,
            reason=refused.message,
            outcome=Entry.Outcome.REFUSED,
            **more,
        )


@transaction.atomic
def export(*, form: str, filters: Mapping[str, str], by: User, now: datetime) -> Export:
    """Take entries along. That it was done, and what was asked for, is an entry itself.

    What is read afterwards ends before that entry.
    """
    access.require(by, "audit.export")
    tables.content_type(form, field="format")
    asked = {name: value for name, value in filters.items() if value}
    queries.filtered(asked)
    entry = record(
        verb="audit.export",
        by=by,
        now=now,
        kind="audit",
        thing="the audit",
        component=asked.get("component", ""),
        team=asked.get("team", ""),
        environment=asked.get("environment", ""),
        after={"format": form, "filters": asked},
    )
    return Export(form, asked, entry.pk)


@transaction.atomic
def seal(*, now: datetime) -> int:
    """Put committed entries into the chain, oldest first; returns how many.

    One sealer at a time: sequence and hash need an order that transactions beside each other do
    not have (a chain under a lock in every transaction cost 28 ms at the median).
    """
    if not _is_only_sealer():
        return 0
    waiting = [row.entry for row in Unsealed.objects.select_related("entry").order_by("pk")[:BATCH]]
    if not waiting:
        return 0
    newest = queries.newest()
    last = Link(newest.sequence, newest.previous, newest.digest) if newest else None
    seals = []
    for entry in waiting:
        last = after(last, queries.fields(entry))
        seals.append(Seal(entry=entry, sealed_at=now, **asdict(last)))
    Seal.objects.bulk_create(seals)
    Unsealed.objects.filter(pk__in=[entry.pk for entry in waiting]).delete()
    return len(seals)


def _is_only_sealer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.audit.seal'))")
        return bool(cursor.fetchone()[0])
