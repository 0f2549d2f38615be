"""Figures of telemetry itself: how much was told, and how much had to be dropped."""

from __future__ import annotations

from collections.abc import Iterator

from observability.instrumentation import queries
from observability.metrics.base import Figure

SENT, SENT_HELP = "telemetry_sent", "Spans and log lines that processes of a kind ever sent."
DROPPED, DROPPED_HELP = (
    "telemetry_dropped",
    "Spans and log lines that processes of a kind ever had to drop.",
)


def figures(**_: object) -> Iterator[Figure]:
    """By kind of process, those that ended too: one that is started again hides nothing."""
    for process, told in queries.in_all().items():
        for signal, sent, dropped in (
            ("spans", told.spans, told.dropped_spans),
            ("lines", told.lines, told.dropped_lines),
        ):
            labels = {"process": process, "signal": signal}
            yield Figure(SENT, SENT_HELP, sent, labels)
            yield Figure(DROPPED, DROPPED_HELP, dropped, labels)
