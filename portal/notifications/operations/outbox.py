"""A message's way out: claimed by one worker, sent or not, tried again, given up.

Postgres decides: a message is claimed by compare-and-set on (state, attempt), and whoever holds
the highest attempt may write. Between sending and writing "sent" a worker may be killed: then the
message goes out twice, with the same Message-ID, by which readers' programs know it again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.background import backlog
from portal.errors import Moved
from portal.failpoints import hit
from portal.notifications import audience, pacing
from portal.notifications.models import Message
from portal.notifications.operations import writing
from portal.workers import pauses

log = logging.getLogger(__name__)

QUEUE = "notifications"
# A mail server may be slow at each of its seven answers; nobody prolongs this lease.
LEASES = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """A try at a message that this worker holds; `number` is the fence."""

    message: Message
    number: int


def claim(*, message_id: str, now: datetime) -> Claim | None:
    """Take a due message. None: someone else has it, it is over, or nobody wants it any more."""
    message = (
        Message.objects.filter(pk=message_id, state=Message.State.QUEUED, next_at__lte=now)
        .filter(pauses.flowing(QUEUE))
        .select_related("user__preference", "channel__team")
        .first()
    )
    if message is None:
        return None
    mine = Message.objects.filter(
        pk=message.pk, state=Message.State.QUEUED, attempt=message.attempt
    )
    if why := _unwanted(message):
        mine.update(state=Message.State.DROPPED, message=why, next_at=None)
        return None
    number = message.attempt + 1
    lease = now + timedelta(seconds=LEASES * settings.LEASE_SECONDS)
    if not mine.update(
        state=Message.State.SENDING,
        attempt=number,
        tries=message.tries + 1,
        lease_until=lease,
        next_at=None,
    ):
        return None
    message.refresh_from_db(fields=["contents"])  # a digest may have grown until it was taken
    message.tries += 1
    return Claim(message=message, number=number)


def _unwanted(message: Message) -> str:
    """What was wanted when it was written may not be wanted any more."""
    user = message.user
    if user is None:
        return ""
    if not user.is_active:
        return f"{user.full_name} is switched off."
    if message.purpose == Message.Purpose.CONFIRMATION:
        return "" if settings.EMAIL_HOST else "No mail server is set up."
    if not audience.gets_mail(audience.preference_of(user)):
        return f"{user.full_name} gets no mail any more."
    return ""


def _mine(claim: Claim) -> QuerySet[Message]:
    return Message.objects.filter(
        pk=claim.message.pk, state=Message.State.SENDING, attempt=claim.number
    )


def sent(*, claim: Claim, now: datetime) -> bool:
    """It left the house. False: someone else has taken it over meanwhile."""
    hit("portal.message.sent")
    return bool(
        _mine(claim).update(state=Message.State.SENT, sent_at=now, lease_until=None, message="")
    )


def failed(
    *, claim: Claim, message: str, is_permanent: bool, now: datetime, is_down: bool = False
) -> None:
    """This try did not get there: again after a pause where that can help, else it is given up.

    `is_down`: the server itself does not answer, so everything else for it waits as long.
    """
    row = claim.message
    again = pacing.may_try_again(row.tries, is_permanent=is_permanent)
    due = now + pacing.pause_after(row.tries, seed=str(row.pk))
    if row.purpose == Message.Purpose.TEST:
        again = False  # someone sits before it and waits for the answer
    _mine(claim).update(
        state=Message.State.QUEUED if again else Message.State.DEAD,
        next_at=due if again else None,
        lease_until=None,
        message=message,
    )
    if not again:
        log.error("a message was given up: %s", message, extra={"message_key": row.key})
    if is_down and again:
        beside = Message.objects.filter(
            medium=row.medium, channel=row.channel_id, state=Message.State.QUEUED, next_at__lt=due
        )
        beside.update(next_at=due)


def sweep(*, now: datetime) -> int:
    """Take back what dead workers held, and send again what is due and was not taken."""
    return _take_back(now) + _resend(now)


@transaction.atomic
def _take_back(now: datetime, most: int = 200) -> int:
    stale = list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(state=Message.State.SENDING, lease_until__lt=now)
        .only("pk", "tries")[:most]
    )
    for message in stale:
        again = pacing.may_try_again(message.tries, is_permanent=False)
        Message.objects.filter(pk=message.pk).update(
            state=Message.State.QUEUED if again else Message.State.DEAD,
            next_at=now if again else None,
            lease_until=None,
            message="The worker stopped answering while it sent this.",
        )
        if again:
            writing.send(message)
    return len(stale)


def _resend(now: datetime, most: int = 200) -> int:
    """Rows whose message may be lost, and those whose time has come: an hour's mails, a pause."""
    patience = settings.RESEND_SECONDS * (1 if backlog(QUEUE) == 0 else 12)
    due = list(
        Message.objects.filter(
            state=Message.State.QUEUED, next_at__lte=now - timedelta(seconds=patience)
        )
        .order_by("next_at")
        .only("pk")[:most]
    )
    # A moved next_at keeps the following sweeps from sending the same rows each time.
    waiting = Message.objects.filter(pk__in=[row.pk for row in due], state=Message.State.QUEUED)
    waiting.update(next_at=now)
    for message in due:
        writing.send(message)
    return len(due)


@transaction.atomic
def send_again(*, message: Message, by: User, now: datetime) -> Message:
    """Take up a message that was given up, with all its tries before it."""
    access.require(by, "notification.send_again")
    if not Message.objects.filter(pk=message.pk, state=Message.State.DEAD).update(
        state=Message.State.QUEUED, tries=0, next_at=now, message=""
    ):
        raise Moved("This message is not given up: someone has sent it again already.")
    audit.record(
        verb="notification.send_again",
        by=by,
        now=now,
        kind="notification",
        thing=str(message.user or message.channel),
        thing_id=message.pk,
        reason=message.message,
    )
    writing.send(message)
    message.refresh_from_db()
    return message
