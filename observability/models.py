"""The tables of this floor, by topic."""

from observability.changes.models import Change, Commit, Link
from observability.dora.models import FirstDelivery, Reclassification
from observability.instrumentation.models import Outlet
from observability.logs.models import LogMinute, LogRecord, SavedSearch
from observability.patterns.models import Pattern, PatternHour
from observability.senders.models import Service
from observability.traces.models import Span

__all__ = [
    "Change",
    "Commit",
    "FirstDelivery",
    "Link",
    "LogMinute",
    "LogRecord",
    "Outlet",
    "Pattern",
    "PatternHour",
    "Reclassification",
    "SavedSearch",
    "Service",
    "Span",
]
