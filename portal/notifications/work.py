"""What a worker does with one message: claim, write it out, send, say how it went."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from portal import secrets
from portal.failpoints import hit
from portal.notifications import audience, wording
from portal.notifications.channels.base import Carrier, ChannelError, Parcel
from portal.notifications.channels.chat import Chat
from portal.notifications.channels.mail import Mail
from portal.notifications.models import Message
from portal.notifications.operations import outbox
from portal.notifications.operations.outbox import Claim
from portal.notifications.wording import Item

log = logging.getLogger(__name__)

CARRIERS: dict[str, Carrier] = {Message.Medium.MAIL: Mail(), Message.Medium.CHAT: Chat()}
# So many hanging servers at a time: the other threads of the process send results to clients.
_places = threading.BoundedSemaphore(settings.NOTIFICATION_SLOTS)

Clock = Callable[[], datetime]


def send(*, message_id: str, clock: Clock) -> None:
    """Do one try at a message, if it is due and free. Whatever happens, the row says so."""
    if not _places.acquire(blocking=False):
        return  # the sweeper comes back to it
    try:
        claim = outbox.claim(message_id=message_id, now=clock())
        if claim is not None:
            hit("portal.message.claimed")
            _carry(claim, clock)
    finally:
        _places.release()


def _carry(claim: Claim, clock: Clock) -> None:
    try:
        CARRIERS[claim.message.medium].send(parcel(claim.message))
    except ChannelError as error:
        log.warning("message not sent: %s", error.message)
        outbox.failed(
            claim=claim,
            message=error.message,
            is_permanent=error.permanent,
            is_down=error.is_down,
            now=clock(),
        )
    except Exception as bug:
        words = f"Slipway failed at it ({type(bug).__name__}); the logs say more."
        outbox.failed(claim=claim, message=words, is_permanent=False, now=clock())
        raise
    else:
        outbox.sent(claim=claim, now=clock())


def parcel(message: Message) -> Parcel:
    """A message as it leaves: the same on every try."""
    is_digest = message.purpose == Message.Purpose.DIGEST
    items = [Item(**item) for item in message.contents]
    return Parcel(
        letter=wording.letter(items, is_digest=is_digest),
        address=_address(message),
        name=message.user.full_name if message.user else "",
        reference=str(message.pk),
        thread=f"{message.matter_id}.{message.user_id}" if message.matter_id else "",
        written_at=message.created_at,
    )


def _address(message: Message) -> str:
    if message.channel is not None:
        try:
            return secrets.decrypt(message.channel.address)
        except secrets.Undecryptable as error:
            raise ChannelError(error.message, permanent=True) from error
    assert message.user is not None, "a constraint says so"
    return message.address or audience.preference_of(message.user).address
