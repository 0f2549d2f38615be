"""The tables of this floor, by topic."""

from observability.changes.models import Change, Commit, Link
from observability.dora.models import (
    FigureSum,
    FirstDelivery,
    JudgedPlace,
    KeptVerdict,
    Reclassification,
    Soiled,
)
from observability.events.models import EventSource, KnownCommit, Meaning, OutsideEvent
from observability.history.models import HistoryImport
from observability.logs.models import LogRecord
from observability.senders.models import Service
from observability.traces.models import Span

__all__ = [
    "Change",
    "Commit",
    "EventSource",
    "FigureSum",
    "FirstDelivery",
    "HistoryImport",
    "JudgedPlace",
    "KeptVerdict",
    "KnownCommit",
    "Link",
    "LogRecord",
    "Meaning",
    "OutsideEvent",
    "Reclassification",
    "Service",
    "Soiled",
    "Span",
]
