"""What nobody looks for any more: the audit and the axis of changes keep what happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from portal.ids import first_at
from portal.notifications.models import Matter, Message

MESSAGES_FOR = timedelta(days=30)
MATTERS_FOR = timedelta(days=180)
BATCH = 500
BATCHES = 20


def forget(*, now: datetime) -> int:
    """Delete old messages that are over with, and old matters with their notices.

    A part at a time, by identity, which is ordered by time. Returns how many rows were named.
    """
    unfinished = (Message.State.QUEUED, Message.State.SENDING)
    messages = Message.objects.filter(pk__lt=first_at(now - MESSAGES_FOR))
    matters = Matter.objects.filter(pk__lt=first_at(now - MATTERS_FOR))
    is_over = Q(is_condition=False) | Q(over_at__lt=now - MATTERS_FOR)
    return _delete(messages.exclude(state__in=unfinished), Message.objects.all()) + _delete(
        matters.filter(is_over), Matter.objects.all()
    )


def _delete(old: QuerySet, rows: QuerySet) -> int:
    deleted = 0
    for _ in range(BATCHES):
        some = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
        rows.filter(pk__in=some).delete()
        deleted += len(some)
        if len(some) < BATCH:
            break
    return deleted
