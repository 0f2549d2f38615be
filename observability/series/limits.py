"""What may be asked of metrics, whichever door asks: refused in words. Pure."""

from __future__ import annotations

from datetime import datetime

from observability.series.stores.base import MOST_STEPS, Asked
from portal.errors import Refused

MOST_WINDOW = 86_400  # seconds


def require(asked: Asked) -> None:
    """Refused is what makes no sense, and what would read or answer too much."""
    require_steps(asked.since, asked.until, asked.step)
    if not 1 <= asked.window <= MOST_WINDOW:
        raise Refused("The window is between a second and a day.", field="window")
    if not 0 <= asked.quantile <= 1:
        raise Refused("A quantile lies between 0 and 1: 0.95, say.", field="quantile")


def require_steps(since: datetime, until: datetime, step: int) -> None:
    """Of an answer whose question is not known but to its store."""
    if since > until:
        raise Refused("The end of the time lies before its beginning.", field="until")
    if step < 1 or (until - since).total_seconds() / step > MOST_STEPS:
        raise Refused(
            f"A line has at most {MOST_STEPS:,} points: take a longer step or a shorter time.",
            field="step",
        )
