"""The tables of this floor, by topic."""

from observability.changes.models import Change, Commit, Link
from observability.dora.models import FirstDelivery, Reclassification
from observability.events.models import Event, EventSource, KnownCommit, Meaning
from observability.logs.models import LogRecord
from observability.senders.models import Service
from observability.traces.models import Span

__all__ = [
    "Change",
    "Commit",
    "Event",
    "EventSource",
    "FirstDelivery",
    "KnownCommit",
    "Link",
    "LogRecord",
    "Meaning",
    "Reclassification",
    "Service",
    "Span",
]
