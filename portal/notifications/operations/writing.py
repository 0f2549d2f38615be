"""Putting messages into the outbox: a key each, so that writing it twice is once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from portal.background import enqueue
from portal.notifications import pacing
from portal.notifications.audience import Audience, Reader
from portal.notifications.models import Matter, Message, Preference
from portal.notifications.wording import Item

SEND = "portal.notifications.tasks.send"
HOUR = timedelta(hours=1)


def write(
    matter: Matter, occasion: str, told: Audience, *, now: datetime, not_before: datetime
) -> None:
    """A message for everyone who is told outside of the page; due at `not_before`.

    A person who wants one mail an hour gets it as a part of that one, which is slow enough.
    """
    rows = [
        _chat(matter, occasion, channel, why, now, not_before)
        for channel, why in told.channels.items()
    ]
    for reader in told.readers:
        if reader.mail == Preference.Mail.HOURLY:
            _append(_item(matter, reader.because), reader, now)
        elif reader.mail:
            rows.append(_mail(matter, occasion, reader, now, not_before))
    made = Message.objects.bulk_create(rows, ignore_conflicts=True)
    for row in made if not_before <= now else ():
        send(row)


def send(message: Message) -> None:
    """Tell a worker to look at it."""
    enqueue(SEND, message_id=str(message.pk))


def _item(matter: Matter, because: str) -> Item:
    """What is so now: a message that is sent late says what was so when it was written."""
    return Item(
        matter=str(matter.pk),
        title=matter.title,
        text=matter.story,
        link=matter.link,
        because=because,
    )


def _mail(matter: Matter, occasion: str, reader: Reader, now: datetime, due: datetime) -> Message:
    return Message(
        key=f"{matter.pk}:{occasion}:mail:{reader.user.pk}",
        medium=Message.Medium.MAIL,
        purpose=Message.Purpose.NOTICE,
        user=reader.user,
        matter=matter,
        contents=[_item(matter, reader.because).as_json()],
        next_at=due,
        created_at=now,
    )


def _chat(
    matter: Matter, occasion: str, channel: UUID, why: str, now: datetime, due: datetime
) -> Message:
    return Message(
        key=f"{matter.pk}:{occasion}:chat:{channel}",
        medium=Message.Medium.CHAT,
        purpose=Message.Purpose.NOTICE,
        channel_id=channel,
        matter=matter,
        contents=[_item(matter, why).as_json()],
        next_at=due,
        created_at=now,
    )


def _append(item: Item, reader: Reader, now: datetime) -> None:
    """Into the mail of the coming hour; into the next one where that is on its way already."""
    hour = pacing.next_hour(now)
    while not _joined(item, reader, hour, now):
        hour += HOUR


def _joined(item: Item, reader: Reader, hour: datetime, now: datetime) -> bool:
    message, is_new = Message.objects.select_for_update(of=("self",)).get_or_create(
        key=f"digest:{hour:%Y%m%dT%H}:mail:{reader.user.pk}",
        defaults={
            "medium": Message.Medium.MAIL,
            "purpose": Message.Purpose.DIGEST,
            "user": reader.user,
            "contents": [item.as_json()],
            "next_at": hour,
            "created_at": now,
        },
    )
    if is_new:
        return True
    if message.attempt or message.state != Message.State.QUEUED:
        return False
    message.contents = [*message.contents, item.as_json()]
    message.save(update_fields=["contents"])
    return True
