"""The port to figures that floors know: read when Prometheus scrapes, kept by nobody.

A source asks partial indexes over unfinished rows, or a short span of time by identity, and never
counts a table that grows: a scrape must cost the same in ten years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Figure:
    """A number now. `name` without the prefix `slipway_`; its unit stands at its end."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """What settings.METRIC_SOURCES name: a function of the time of the scrape."""

    def __call__(self, *, now: datetime) -> Iterable[Figure]: ...


WORK = "work"
WORK_HELP = "Unfinished work, by kind and state."
WAITING = "oldest_waiting_seconds"
WAITING_HELP = "How long the oldest work that could start has been waiting, by queue."


def work(kind: str, states: Iterable[str], counts: Mapping[Any, int]) -> Iterable[Figure]:
    """A figure for every state; what does not occur is 0, so that an alert sees it return."""
    for state in states:
        yield Figure(WORK, WORK_HELP, counts.get(state, 0), {"kind": kind, "state": state})


def waiting(queue: str, since: datetime | None, now: datetime) -> Figure:
    """How long the oldest has waited; 0 where nothing waits."""
    seconds = max((now - since).total_seconds(), 0.0) if since else 0.0
    return Figure(WAITING, WAITING_HELP, seconds, {"queue": queue})
