"""Figures of telemetry itself: how much was told, and how much had to be dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from observability.instrumentation import queries
from observability.metrics.base import Figure

SENT, SENT_HELP = "telemetry_sent", "Spans and log lines that a process sent since it started."
DROPPED, DROPPED_HELP = (
    "telemetry_dropped",
    "Spans and log lines that a process had to drop since it started.",
)


def figures(*, now: datetime) -> Iterator[Figure]:
    """By process: together where there are several of one kind."""
    sums: dict[tuple[str, str], list[int]] = {}
    for told in queries.outlets(now):
        row = told.outlet
        for signal, sent, dropped in (
            ("spans", row.spans, row.dropped_spans),
            ("lines", row.lines, row.dropped_lines),
        ):
            both = sums.setdefault((row.process, signal), [0, 0])
            both[0] += sent
            both[1] += dropped
    for (process, signal), (sent, dropped) in sorted(sums.items()):
        labels = {"process": process, "signal": signal}
        yield Figure(SENT, SENT_HELP, sent, labels)
        yield Figure(DROPPED, DROPPED_HELP, dropped, labels)
