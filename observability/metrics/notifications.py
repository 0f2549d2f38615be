"""Figures of notifications: is everyone told, and does it leave the house?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min

from observability.metrics.base import Figure, waiting, work
from portal.notifications.models import Event, Message

STATES = (Message.State.QUEUED, Message.State.SENDING, Message.State.DEAD)


def figures(*, now: datetime) -> Iterator[Figure]:
    """Out of partial indexes over what is unfinished or was given up."""
    counts = {
        state: len(Message.objects.filter(state=state).values_list("pk")[:10_000])
        for state in STATES
    }
    yield from work("message", STATES, counts)
    due = Message.objects.filter(state=Message.State.QUEUED, next_at__lte=now)
    yield waiting("notifications", due.aggregate(since=Min("next_at"))["since"], now)
    events = Event.objects.aggregate(count=Count("pk"), since=Min("at"))
    yield Figure("events_unfolded", "Events that nobody has been told of yet.", events["count"])
    since = events["since"]
    yield Figure(
        "events_unfolded_oldest_seconds",
        "How long the oldest event has been waiting for its readers.",
        max((now - since).total_seconds(), 0.0) if since else 0.0,
    )
