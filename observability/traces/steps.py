"""In which steps of time spans are counted, and how long each is kept. Pure."""

from __future__ import annotations

from datetime import timedelta

STEPS = (60, 600, 3600, 21_600)  # seconds
# The widest as long as spans at most
KEPT = {60: timedelta(days=2), 600: timedelta(days=8), 3600: timedelta(days=32)}


def step_of(wide: int) -> int:
    """The widest steps that make up `wide`."""
    return max(step for step in STEPS if wide % step == 0)
