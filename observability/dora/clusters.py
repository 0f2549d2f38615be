"""Which cluster of the 2024 report a figure lies nearest to, by metric. Pure.

Clusters, not a ladder: "high" fails more often than "medium", and nobody has one level over all
metrics. The report of 2025 has none any more, and none has one for rework or for deliveries.
"""

from __future__ import annotations

from math import log

from observability.dora.figures import Metric

DAY = 86_400.0
WEEK, MONTH = 7 * DAY, 30 * DAY
FAIL_RATES = {"elite": 0.05, "medium": 0.10, "high": 0.20, "low": 0.40}


def nearest(metric: Metric, value: float | None) -> str:
    """ "elite", "high or medium"…; "" where there is no data or no cluster."""
    if value is None:
        return ""
    if metric == Metric.LEAD_TIME:
        return _lead_time(value)
    if metric == Metric.FREQUENCY:
        return _frequency(value)
    if metric == Metric.FAIL_RATE:
        return min(FAIL_RATES, key=lambda name: abs(FAIL_RATES[name] - value))
    return _recovery(value) if metric == Metric.RECOVERY else ""


def _lead_time(seconds: float) -> str:
    if seconds < DAY:
        return "elite"
    return "high" if seconds < WEEK else "medium" if seconds < MONTH else "low"


def _frequency(a_week: float) -> str:
    if a_week > 7:
        return "elite"
    return "high" if a_week >= 1 else "medium" if a_week >= WEEK / MONTH else "low"


def _recovery(seconds: float) -> str:
    """Elite within an hour, high and medium within a day, low a week to a month."""
    if seconds < 3600:
        return "elite"
    if seconds < DAY or log(seconds / DAY) < log(WEEK / seconds):
        return "high or medium"
    return "low"
