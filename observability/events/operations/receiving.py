"""Letting events in: who sends, is it new, and what becomes of it. Nothing that came is lost."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from observability.events.bodies import Unreadable
from observability.events.kinds import KINDS
from observability.events.kinds.base import Envelope, Post
from observability.events.models import EventSource, OutsideEvent
from observability.events.operations import applying
from observability.events.reports import Incident, Nothing, Pushed, Read, Report, written
from portal import secrets

NOTED_EVERY = timedelta(seconds=5)
NOBODY = "a secret that nobody has"  # compared with as long as a true one


class Unproven(Exception):
    """Whoever sent this did not show that it is the source; unknown sources are told the same."""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one event."""

    id: str
    state: str  # applied, waiting, noted, known, unreadable
    words: str


def admit(*, name: str, post: Post, now: datetime) -> EventSource:
    """The source that sent this; Unproven unless it shows that it knows the secret."""
    source = EventSource.objects.select_related("team").filter(name=name).first()
    if source is None:
        KINDS["github"].is_from(post, NOBODY)
        raise Unproven
    kind = KINDS[source.kind]
    is_from = [kind.is_from(post, secret) for secret in _secrets(source, now)]
    why = ""
    if source.disabled_at:
        why = "It is switched off."
    elif not any(is_from):
        why = f"{kind.proof} does not fit the secret."
    if why:
        _refuse(source, why, now)
        raise Unproven
    return source


def _secrets(source: EventSource, now: datetime) -> list[str]:
    found = [secrets.decrypt(source.secret)]
    if source.former_secret and source.former_until and source.former_until > now:
        found.append(secrets.decrypt(source.former_secret))
    return found


def _refuse(source: EventSource, why: str, now: datetime) -> None:
    """Whoever sets it up sees what is wrong; not more often than can be read."""
    if source.refused_at is None or source.refused_at <= now - NOTED_EVERY:
        EventSource.objects.filter(pk=source.pk).update(refused_at=now, refused_why=why[:200])


def opened(*, source: EventSource, post: Post, now: datetime) -> list[Envelope]:
    """The events in what a source sent; the source's page says why it holds none."""
    try:
        return KINDS[source.kind].opened(post)
    except Unreadable as error:
        _refuse(source, error.message, now)
        raise


@transaction.atomic
def receive(*, source: EventSource, envelopes: Iterable[Envelope], now: datetime) -> list[Became]:
    """Keep each event and apply what fits. The same one again changes nothing."""
    told = [_told(source, envelope, now) for envelope in envelopes]
    events = [(each.event, each.read) for each in told if isinstance(each, _Told)]
    kept = _kept([event for event, _ in events])
    applying.apply((event, read) for event, read in events if event.pk in kept)
    EventSource.objects.filter(pk=source.pk).update(last_event_at=now)
    unreadable = [each for each in told if isinstance(each, Became)]
    if unreadable:
        _refuse(source, f"{unreadable[0].words} ({unreadable[0].id})", now)
    return [each if isinstance(each, Became) else _became(each.event, kept) for each in told]


class _Told(NamedTuple):
    event: OutsideEvent
    read: Read


def _told(source: EventSource, envelope: Envelope, now: datetime) -> _Told | Became:
    if envelope.problem:
        return Became(envelope.id, "unreadable", envelope.problem)
    try:
        read = KINDS[source.kind].read(envelope, now)
    except Unreadable as error:
        return Became(envelope.id, "unreadable", error.message)
    return _Told(_event(source, envelope, read, now), read)


def _kept(events: Sequence[OutsideEvent]) -> set[UUID]:
    """Which are new. Always in the same order: two that bring the same ones wait in line."""
    rows = sorted(events, key=attrgetter("event_id"))
    OutsideEvent.objects.bulk_create(rows, ignore_conflicts=True)
    found = OutsideEvent.objects.filter(pk__in=[row.pk for row in rows])
    return set(found.values_list("pk", flat=True))


def _became(event: OutsideEvent, kept: Container[UUID]) -> Became:
    if event.pk not in kept:
        return Became(event.event_id, "known", "It came before: nothing changed.")
    return Became(event.event_id, event.state, event.words)


def _event(source: EventSource, envelope: Envelope, read: Read, now: datetime) -> OutsideEvent:
    event = OutsideEvent(
        source=source,
        event_id=envelope.id,
        type=envelope.type,
        body=dict(envelope.body),
        state=OutsideEvent.State.NOTED,
        said_at=read.said_at,
        received_at=now,
    )
    if isinstance(read, Report | Incident):
        event.key, event.subject, event.place = read.key, read.subject, read.place
        event.report = written(read)
    elif isinstance(read, Pushed):
        event.subject = read.repository
    elif isinstance(read, Nothing):
        event.words = read.words[:400]
    return event
