"""Making and changing sources, and saying what their names mean here. Secrets are shown once."""

from __future__ import annotations

import secrets as random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from observability.events.kinds import KINDS
from observability.events.models import EventSource, Meaning, OutsideEvent
from observability.events.operations import applying, receiving
from observability.events.operations.receiving import Became
from portal import navigation, secrets
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.names import SLUG_HINT, is_slug

LONGEST = 48
BOTH_HOLD = timedelta(days=1)  # the former secret beside the new one
AT_ONCE = 500  # waiting events that are looked at again
PREFIX = "whsec_"  # by which our logs mask it
OLD = timedelta(days=90)


@kept("event_source.create", "event source", "name")
@transaction.atomic
def create(
    *, name: str, kind: str, team: Team | None, by: User, now: datetime
) -> tuple[EventSource, str]:
    """A sender of events, and its secret, shown once. Without a team: for every component."""
    access.require(by, "event_source.create", team)
    if not is_slug(name) or len(name) > LONGEST:
        raise Refused(f"A name has {SLUG_HINT}; here at most {LONGEST}.", field="name")
    if kind not in KINDS:
        raise Refused(f"“{kind}” is no kind of source: {', '.join(KINDS)}.", field="kind")
    secret = _made()
    source = EventSource(
        name=name,
        kind=kind,
        team=team,
        secret=secrets.encrypt(secret),
        secret_set_at=now,
        created_by=by,
        created_at=now,
    )
    try:
        with transaction.atomic():
            source.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"There is a source called “{name}” already.", field="name") from error
    _audit("event_source.create", source, by=by, now=now, after={"kind": kind})
    return source, secret


@kept("event_source.rotate", "event source", "source")
@transaction.atomic
def rotate(*, source: EventSource, by: User, now: datetime) -> str:
    """Another secret, shown once; the one before holds for another day."""
    access.require(by, "event_source.change", source.team)
    source = _locked(source)
    secret = _made()
    former = source.secret if secrets.is_readable(source.secret) else None
    source.former_secret, source.former_until = former, now + BOTH_HOLD
    source.secret, source.secret_set_at = secrets.encrypt(secret), now
    source.save(update_fields=["secret", "secret_set_at", "former_secret", "former_until"])
    _audit("event_source.rotate", source, by=by, now=now)
    return secret


@kept("event_source.disable", "event source", "source")
@transaction.atomic
def disable(*, source: EventSource, by: User, now: datetime) -> EventSource:
    """Take nothing from it any more; what it said stays."""
    access.require(by, "event_source.change", source.team)
    source = _locked(source)
    if source.disabled_at:
        raise Moved(f"{source} is switched off already.")
    source.disabled_at = now
    source.save(update_fields=["disabled_at"])
    _audit("event_source.disable", source, by=by, now=now)
    return source


@kept("event_source.enable", "event source", "source")
@transaction.atomic
def enable(*, source: EventSource, by: User, now: datetime) -> EventSource:
    """Take events from it again."""
    access.require(by, "event_source.change", source.team)
    source = _locked(source)
    if not source.disabled_at:
        raise Moved(f"{source} is not switched off.")
    source.disabled_at = None
    source.save(update_fields=["disabled_at"])
    _audit("event_source.enable", source, by=by, now=now)
    return source


@kept("event_source.mean", "event source", "source")
@transaction.atomic
def mean(
    *, source: EventSource, what: str, outside: str, inside: str, by: User, now: datetime
) -> Meaning:
    """Say what a name outside means here, and apply what waited for it."""
    access.require(by, "event_source.change", source.team)
    outside = outside.strip()
    if not outside or len(outside) > 200:
        raise Refused("Write the name as the source sends it.", field="outside")
    if what not in Meaning.What.values:
        raise Refused(f"Say what it is: {', '.join(Meaning.What.values)}.", field="what")
    values = _inside(source, what, inside)
    found, _ = Meaning.objects.update_or_create(
        source=source, what=what, outside=outside, defaults=values
    )
    after = {"outside": outside, "inside": found.inside}
    _audit("event_source.mean", source, by=by, now=now, after=after)
    column = "subject" if what == Meaning.What.COMPONENT else "place"
    _retry(_unfit(source).filter(**{column: outside}))
    return found


@kept("event_source.forget", "event source", "source")
@transaction.atomic
def forget(*, source: EventSource, meaning: Meaning, by: User, now: datetime) -> None:
    """From now on the name means what it is called; what was applied stays."""
    access.require(by, "event_source.change", source.team)
    if not Meaning.objects.filter(pk=meaning.pk, source=source).delete()[0]:
        raise Moved("Nobody says any more what that name means.")
    before = {"outside": meaning.outside, "inside": meaning.inside}
    _audit("event_source.forget", source, by=by, now=now, before=before)


@transaction.atomic
def apply(*, source: EventSource, by: User, now: datetime) -> int:
    """Look again at what fitted nothing; how many fit now."""
    access.require(by, "event_source.apply", source.team)
    applied = _retry(_unfit(source).filter(state=OutsideEvent.State.WAITING))
    _audit("event_source.apply", source, by=by, now=now, after={"applied": applied})
    return applied


@transaction.atomic
def test(*, source: EventSource, by: User, now: datetime) -> Became:
    """Send a deployment of nothing through the front door, signed as the source signs."""
    access.require(by, "event_source.test", source.team)
    kind = KINDS[source.kind]
    post = kind.sample(secrets.decrypt(source.secret), now)
    admitted = (
        receiving.admit(name=source.name, post=post, now=now) if not source.disabled_at else None
    )
    if admitted is None:
        raise Moved(f"{source} is switched off: nothing is taken from it.")
    became = receiving.receive(source=admitted, envelopes=kind.opened(post), now=now)[0]
    words = "A test: it arrived, and its proof holds."
    OutsideEvent.objects.filter(source=source, event_id=became.id, change=None).update(
        state=OutsideEvent.State.NOTED, words=words, type="test", key=""
    )
    _audit("event_source.test", source, by=by, now=now)
    return Became(became.id, OutsideEvent.State.NOTED, words)


def keep_up(*, now: datetime) -> None:
    """Look again at what waits, for components are made meanwhile; let go of what is done."""
    for source in EventSource.objects.filter(events__state=OutsideEvent.State.WAITING).distinct():
        with transaction.atomic():
            _retry(_unfit(source).filter(state=OutsideEvent.State.WAITING))
    OutsideEvent.objects.filter(received_at__lt=now - OLD, state=OutsideEvent.State.NOTED).delete()
    OutsideEvent.objects.filter(
        received_at__lt=now - OLD, state=OutsideEvent.State.APPLIED
    ).exclude(body={}).update(body={})


def _unfit(source: EventSource) -> Any:
    """What tells of a deployment and is not on the axis, oldest first."""
    rows = OutsideEvent.objects.filter(source=source, change=None).exclude(key="")
    return (
        rows.exclude(state=OutsideEvent.State.APPLIED).select_related("source__team").order_by("id")
    )


def _retry(events: Any) -> int:
    found: Iterable[OutsideEvent] = events[:AT_ONCE]
    return applying.retry(found)


def _inside(source: EventSource, what: str, inside: str) -> dict[str, Any]:
    inside = inside.strip()
    if what == Meaning.What.ENVIRONMENT:
        if inside not in dict(navigation.environments()):
            raise Refused(f"There is no environment called “{inside}”.", field="inside")
        return {"environment": inside, "component": None}
    component = Component.objects.select_related("team").filter(name=inside).first()
    if component is None:
        raise Refused(f"There is no component called “{inside}”.", field="inside")
    if source.team_id and component.team_id != source.team_id:
        raise Refused(
            f"{component.name} belongs to {component.team.name}: this source speaks for its own "
            "team only. Someone with the platform role can make one that speaks for all.",
            field="inside",
        )
    return {"component": component, "environment": ""}


def _locked(source: EventSource) -> EventSource:
    rows = EventSource.objects.select_for_update(of=("self",)).select_related("team")
    return rows.get(pk=source.pk)


def _made() -> str:
    return PREFIX + random.token_urlsafe(32)


def _audit(verb: str, source: EventSource, *, by: User, now: datetime, **more: Any) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="event source",
        thing=source.name,
        thing_id=source.pk,
        team=source.team.name if source.team else "",
        **more,
    )
