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
from observability.instrumentation.models import Outlet, OutletSum
from observability.logs.models import LogMinute, LogRecord, SavedSearch
from observability.patterns.models import Pattern, PatternHour
from observability.pins.models import PinnedQuery
from observability.senders.models import Service
from observability.series.models import Point, Series
from observability.servicemap.models import EdgeSum, MapProgress, ObservedEdge, SpanHalf
from observability.traces.models import Span, SpanVolume

__all__ = [
    "Change",
    "Commit",
    "EdgeSum",
    "EventSource",
    "FigureSum",
    "FirstDelivery",
    "HistoryImport",
    "JudgedPlace",
    "KeptVerdict",
    "KnownCommit",
    "Link",
    "LogMinute",
    "LogRecord",
    "MapProgress",
    "Meaning",
    "ObservedEdge",
    "Outlet",
    "OutletSum",
    "OutsideEvent",
    "Pattern",
    "PatternHour",
    "PinnedQuery",
    "Point",
    "Reclassification",
    "SavedSearch",
    "Series",
    "Service",
    "Soiled",
    "Span",
    "SpanHalf",
    "SpanVolume",
]
