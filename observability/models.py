"""The tables of this floor, by topic."""

from observability.changes.models import Change, Commit, Link
from observability.dora.models import FirstDelivery, Reclassification
from observability.logs.models import LogRecord
from observability.senders.models import Service
from observability.traces.models import Span

__all__ = [
    "Change",
    "Commit",
    "FirstDelivery",
    "Link",
    "LogRecord",
    "Reclassification",
    "Service",
    "Span",
]
