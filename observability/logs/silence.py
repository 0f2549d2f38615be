"""Whether anything comes at all: the newest stored line against now. Information, no alarm.

In a house where nobody logs, silence is right; whoever knows better sets an alert on the figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from observability.logs import queries
from observability.metrics.base import Figure
from portal.errors import Refused

QUIET = 600  # seconds; the portal itself says something more often


def told(*, now: datetime) -> tuple[str, str]:
    """A state and a sentence, for /readyz."""
    try:
        newest = queries.newest()
    except Refused as refused:
        return "degraded", refused.message
    if newest is None:
        return "quiet", "No log line is stored yet."
    age = max((now - newest).total_seconds(), 0.0)
    return "quiet" if age > QUIET else "ready", f"The newest stored log line is {age:.0f} s old."


def figures(*, now: datetime) -> Iterator[Figure]:
    """The same for /metrics; where no line is stored there is no figure."""
    newest = queries.newest()
    if newest is not None:
        yield Figure(
            "log_newest_seconds",
            "How old the newest stored log line is.",
            max((now - newest).total_seconds(), 0.0),
        )
