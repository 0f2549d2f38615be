"""The tables of this floor, by topic."""

from observability.changes.models import Change, Commit, Link
from observability.logs.models import LogRecord
from observability.senders.models import Service
from observability.traces.models import Span

__all__ = ["Change", "Commit", "Link", "LogRecord", "Service", "Span"]
