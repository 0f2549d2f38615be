"""From events to what people see: matters and notices, and messages in the outbox.

One folder at a time, in the order of identities, so that "fails" comes before "works again". Each
event is read, folded and deleted in one transaction: whoever is killed in it has done nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from portal.failpoints import hit
from portal.notifications import audience, pacing, wording
from portal.notifications.audience import Audience
from portal.notifications.kinds import SORTS
from portal.notifications.models import Event, Matter, Message, Notice
from portal.notifications.operations import writing

log = logging.getLogger(__name__)

BATCH = 100
POISONED = timedelta(hours=1)


def fold(*, now: datetime) -> int:
    """Fold what was written down, until nothing is due. Returns how many events."""
    folded = 0
    while some := _fold_some(now):
        folded += some
    return folded


@transaction.atomic
def _fold_some(now: datetime) -> int:
    if not _is_only_folder():
        return 0
    due = (
        Event.objects.filter(due_at__lte=now)
        .select_related("component__team", "team", "person")
        .order_by("pk")[:BATCH]
    )
    events = list(due)
    for event in events:
        _fold_one(event, now)
    if events:
        hit("portal.events.folded")
    return len(events)


def _is_only_folder() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.notifications.fold'))")
        return bool(cursor.fetchone()[0])


def _fold_one(event: Event, now: datetime) -> None:
    """An event that can't be folded is a bug, and keeps no other one waiting."""
    try:
        with transaction.atomic():
            if event.is_over:
                _end(event, now)
            else:
                _happen(event, now)
            event.delete()
    except Exception:
        log.exception("an event could not be folded", extra={"kind": event.kind, "key": event.key})
        Event.objects.filter(pk=event.pk).update(due_at=now + POISONED)


def _happen(event: Event, now: datetime) -> None:
    standing = Matter.objects.filter(kind=event.kind, key=event.key, over_at=None)
    if SORTS[event.kind].is_condition:
        # Nothing is told anew: the one notification says how often, and what came last.
        if standing.filter(is_condition=True).update(
            times=F("times") + 1, last_at=event.at, text=event.text, link=event.link
        ):
            return
        again = _begin_again(event, now)
        if again is not None:
            _tell(again, event, now, not_before=now + pacing.FLICKER)
            return
    elif standing.exists():
        return  # said twice
    _tell(_begin(event, now), event, now, not_before=now)


def _begin(event: Event, now: datetime) -> Matter:
    return Matter.objects.create(
        kind=event.kind,
        key=event.key,
        subject=event.subject,
        component=event.component,
        team=audience.team_of(event),
        client=event.client,
        environment=event.environment,
        text=event.text,
        link=event.link,
        since_at=event.since_at,
        is_condition=SORTS[event.kind].is_condition,
        last_at=event.at,
        told_at=now,
    )


def _begin_again(event: Event, now: datetime) -> Matter | None:
    """The matter of this key that ended a moment ago, open again in its next round."""
    found = (
        Matter.objects.filter(kind=event.kind, key=event.key, over_at__gt=event.at - pacing.FLICKER)
        .order_by("-over_at")
        .first()
    )
    if found is None:
        return None
    found.rounds, found.times, found.over_at = found.rounds + 1, 1, None
    found.since_at, found.last_at, found.told_at = event.since_at, event.at, now
    found.text, found.link, found.subject = event.text, event.link, event.subject
    found.save()
    return found


def _tell(matter: Matter, event: Event, now: datetime, *, not_before: datetime) -> None:
    told = audience.of(event)
    _show(matter, told, now)
    writing.write(matter, f"begins:{matter.rounds}", told, now=now, not_before=not_before)


def _show(matter: Matter, told: Audience, now: datetime) -> None:
    """In the page: the row is the message, so it arrives with this transaction."""
    Notice.objects.bulk_create(
        [
            Notice(
                user=reader.user,
                matter=matter,
                kind=matter.kind,
                because=reader.because,
                is_shown=reader.is_shown,
                at=now,
            )
            for reader in told.readers
        ],
        update_conflicts=True,
        unique_fields=["user", "matter"],
        update_fields=["because", "is_shown", "at", "read_at"],
    )


def _end(event: Event, now: datetime) -> None:
    """Those who know that it began hear that it is over; who was not told yet hears nothing."""
    matter = Matter.objects.filter(
        kind=event.kind, key=event.key, is_condition=True, over_at=None
    ).first()
    if matter is None:
        return
    matter.over_at, matter.told_at = max(event.at, matter.since_at), now
    matter.text = wording.followed(matter.text, event.text)
    matter.save(update_fields=["over_at", "told_at", "text"])
    spared = _drop_what_waits(matter, now)
    if not SORTS[matter.kind].ends:
        Notice.objects.filter(matter=matter, read_at=None).update(read_at=now)
        return
    told = audience.again(matter)
    Notice.objects.filter(
        matter=matter, user__in=[reader.user.pk for reader in told.readers]
    ).update(at=now, read_at=None)
    told.readers = [reader for reader in told.readers if reader.user.pk not in spared]
    told.channels = {pk: why for pk, why in told.channels.items() if pk not in spared}
    writing.write(matter, f"ends:{matter.rounds}", told, now=now, not_before=now)


def _drop_what_waits(matter: Matter, now: datetime) -> set[UUID]:
    """Messages held back for a flickering thing, and those of what ends without a word.

    Returns who is spared both words: people and channels.
    """
    waiting = Message.objects.filter(matter=matter, state=Message.State.QUEUED, attempt=0)
    if SORTS[matter.kind].ends:
        waiting = waiting.filter(next_at__gt=now)
    spared = {pk for pair in waiting.values_list("user_id", "channel_id") for pk in pair if pk}
    waiting.update(
        state=Message.State.DROPPED, next_at=None, message="It was over before this was sent."
    )
    return spared


def remind(*, now: datetime, most: int = 100) -> int:
    """Say once more what still goes on, where the platform wants that. Returns how many matters."""
    if settings.REMIND_SECONDS <= 0:
        return 0
    before = now - timedelta(seconds=settings.REMIND_SECONDS)
    due = Matter.objects.filter(is_condition=True, over_at=None, told_at__lte=before)
    return sum(_remind(matter, now) for matter in due.order_by("told_at")[:most])


@transaction.atomic
def _remind(matter: Matter, now: datetime) -> int:
    standing = Matter.objects.filter(pk=matter.pk, told_at=matter.told_at, over_at=None)
    if not standing.update(told_at=now):
        return 0
    occasion = f"still:{now:%Y%m%dT%H%M%S}"
    writing.write(matter, occasion, audience.again(matter), now=now, not_before=now)
    return 1
