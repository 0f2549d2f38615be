"""Every write of notifications: said from above, folded, read, wished for, sent."""

from datetime import datetime

from portal.notifications.operations import outbox
from portal.notifications.operations.connecting import (
    add_channel,
    remove_channel,
    test_channel,
)
from portal.notifications.operations.folding import fold, remind
from portal.notifications.operations.forgetting import forget
from portal.notifications.operations.outbox import send_again
from portal.notifications.operations.reading import mark_all_read, mark_read
from portal.notifications.operations.telling import notify, over
from portal.notifications.operations.wishing import (
    ask_confirmation,
    confirm_address,
    mute,
    prefer,
    subscribe,
    unmute,
    unsubscribe,
)

__all__ = [
    "add_channel",
    "ask_confirmation",
    "confirm_address",
    "fold",
    "forget",
    "mark_all_read",
    "mark_read",
    "mute",
    "notify",
    "over",
    "prefer",
    "remind",
    "remove_channel",
    "send_again",
    "subscribe",
    "sweep",
    "test_channel",
    "unmute",
    "unsubscribe",
]


def sweep(*, now: datetime) -> int:
    """Nothing stays behind: events whose message was lost, messages that are due, reminders."""
    return fold(now=now) + remind(now=now) + outbox.sweep(now=now)
