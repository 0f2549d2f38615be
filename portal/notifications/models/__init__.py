"""The tables of notifications: what happened, who wants to hear of it, messages on their way."""

from portal.notifications.models.matters import Event, Kind, Matter, Notice
from portal.notifications.models.outbox import Channel, Message
from portal.notifications.models.wishes import Mute, Preference, Subscription

__all__ = [
    "Channel",
    "Event",
    "Kind",
    "Matter",
    "Message",
    "Mute",
    "Notice",
    "Preference",
    "Subscription",
]
