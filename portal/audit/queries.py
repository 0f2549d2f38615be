"""Reading the audit, and proving that nobody rewrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min, QuerySet

from portal.audit import chain
from portal.audit.asking import EntryFilter
from portal.audit.heads import Head
from portal.audit.models import Entry, Seal, Unsealed
from portal.errors import NotFound, Refused
from portal.files import tables

BATCH = 2000
HEAD = (  # of a file
    *("sequence", "at", "actor", "actor_name", "verb", "kind", "thing", "thing_id", "component"),
    *("team", "environment", "outcome", "reason", "before", "after", "token", "request_id"),
    *("id", "digest"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found. `flaw` is "" where everything is as it was sealed."""

    sealed: int
    last: chain.Link | None
    unsealed: int
    unsealed_for: float  # seconds since the oldest unsealed act; 0 where there is none
    broken_at: int | None  # the sequence of the first flaw, where it has one
    flaw: str

    @property
    def is_intact(self) -> bool:
        return not self.flaw


def entries() -> QuerySet[Entry]:
    """Entries with who acted and their place in the chain, for lists by falling identity."""
    return Entry.objects.select_related("actor", "seal")


def entry(pk: UUID) -> Entry:
    """One entry; NotFound, in words, where there is none."""
    found = entries().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such entry in the audit.")
    return found


def beside(entry: Entry) -> QuerySet[Entry]:
    """What else the same request did."""
    if not entry.request_id:
        return entries().none()
    return entries().filter(request_id=entry.request_id).exclude(pk=entry.pk).order_by("pk")[:20]


def changed(entry: Entry) -> list[tuple[str, Any, Any]]:
    """Rows (name, before, after) of everything that an entry says about the thing."""
    before, after = _by_name(entry.before), _by_name(entry.after)
    return [(name, before.get(name), after.get(name)) for name in {**before, **after}]


def _by_name(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    return dict(value) if isinstance(value, dict) else {"value": value}


def fields(entry: Entry) -> dict[str, Any]:
    """An entry as it goes into the chain: every column, in JSON's types, times in UTC."""
    return {
        "id": str(entry.pk),
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": str(entry.actor_id) if entry.actor_id else None,
        "token": str(entry.token_id) if entry.token_id else None,
        **{name: getattr(entry, name) for name in PLAIN},
    }


PLAIN = (
    *("actor_name", "verb", "kind", "thing", "thing_id", "component", "team", "environment"),
    *("outcome", "reason", "before", "after", "request_id"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """What is taken along: entries up to the one that says so."""

    form: str  # csv, jsonl
    filters: Mapping[str, str]
    upto: UUID


def filtered(filters: Mapping[str, str]) -> QuerySet[Entry]:
    """Entries that fit; Refused where a filter makes no sense."""
    asked = EntryFilter(dict(filters), queryset=entries())
    unknown = sorted(set(filters) - set(asked.filters))
    if unknown:
        raise Refused(f"There is no filter “{unknown[0]}”: {', '.join(asked.filters)}.")
    if not asked.is_valid():
        name, errors = next(iter(asked.errors.items()))
        raise Refused(f"{name}: {errors[0]}", field=str(name))
    found: QuerySet[Entry] = asked.qs
    return found


def exported(export: Export) -> Iterator[str]:
    """The lines of the file, read a batch at a time by identity: no cursor is held meanwhile."""
    return tables.lines(_rows(filtered(export.filters), export.upto), HEAD, export.form)


def _rows(rows: QuerySet[Entry], upto: UUID) -> Iterator[dict[str, Any]]:
    rows, last = rows.filter(pk__lt=upto).order_by("pk"), None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        yield from map(_told, batch)
        last = batch[-1].pk


def _told(entry: Entry) -> dict[str, Any]:
    seal: Seal | None = getattr(entry, "seal", None)
    return {
        **fields(entry),
        "actor": entry.actor.username if entry.actor else None,
        "sequence": seal.sequence if seal else None,
        "digest": seal.digest if seal else None,
    }


def seal_flaw(entry: Entry) -> str:
    """What is wrong with this entry's place in the chain, "" where it is as it was sealed."""
    seal: Seal | None = getattr(entry, "seal", None)
    if seal is None:
        return ""
    before = Seal.objects.filter(sequence=seal.sequence - 1).first()
    last = chain.Link(before.sequence, before.previous, before.digest) if before else None
    return chain.flaw(last, chain.Link(seal.sequence, seal.previous, seal.digest), fields(entry))


def newest() -> Seal | None:
    """The head of the chain."""
    return Seal.objects.order_by("-sequence").first()


def verify(*, now: datetime, head: Head | None = None) -> Report:
    """Read the whole chain, in batches, up to the first flaw; compare with an exported `head`."""
    sealed, last, broken_at, flaw = 0, None, None, ""
    has_met_head = False
    for found, entry in _links():
        flaw = chain.flaw(last, found, entry)
        if not flaw and head and found.sequence == head.sequence:
            has_met_head = True
            flaw = "" if found.digest == head.digest else "it is not the link that was exported"
        if flaw:
            broken_at = found.sequence
            break
        sealed, last = sealed + 1, found
    if not flaw and head and not has_met_head:
        flaw = f"the chain ends before sequence {head.sequence}, which was exported: it was cut off"
    unsealed, since = tail()
    return Report(
        sealed=sealed,
        last=last,
        unsealed=unsealed,
        unsealed_for=(now - since).total_seconds() if since else 0.0,
        broken_at=broken_at,
        flaw=flaw or _strays(),
    )


def _links() -> Iterator[tuple[chain.Link, dict[str, Any] | None]]:
    """Every seal in its order with its entry's fields; None where the entry is gone."""
    seals = Seal.objects.order_by("sequence").iterator(BATCH)
    while batch := list(islice(seals, BATCH)):
        held = Entry.objects.in_bulk([seal.entry_id for seal in batch])
        for seal in batch:
            entry = held.get(seal.entry_id)
            link = chain.Link(seal.sequence, seal.previous, seal.digest)
            yield link, fields(entry) if entry else None


def tail() -> tuple[int, datetime | None]:
    """How many entries wait for their seal, and since when."""
    return Unsealed.objects.count(), Unsealed.objects.aggregate(at=Min("entry__at"))["at"]


def _strays() -> str:
    """Entries that were put in, or taken out, past the trigger that queues them for the sealer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM portal_entry e WHERE NOT EXISTS"
            " (SELECT FROM portal_seal s WHERE s.entry_id = e.id) AND NOT EXISTS"
            " (SELECT FROM portal_unsealed u WHERE u.entry_id = e.id)),"
            " (SELECT count(*) FROM portal_unsealed u WHERE NOT EXISTS"
            " (SELECT FROM portal_entry e WHERE e.id = u.entry_id))"
        )
        put_in, taken_out = cursor.fetchone()
    if put_in:
        return f"{put_in} entries stand outside of the chain and are not queued for it"
    if taken_out:
        return f"{taken_out} entries were removed before they were sealed"
    return ""
