"""A quantile out of a histogram, read between its bounds. Pure.

The same as Prometheus' histogram_quantile: straight between two bounds, from 0 in the first where
its bound is positive, and never beyond the highest finite bound.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def quantile(share: float, bounds: Sequence[float], up_to: Sequence[float]) -> float | None:
    """`up_to`: how many lie at or below each bound, and all at the end; None where none do."""
    if not up_to or not bounds or up_to[-1] <= 0:
        return None
    rank = share * up_to[-1]
    index = bisect_left(up_to, rank)
    if index >= len(bounds):
        return bounds[-1]
    upper = bounds[index]
    if index == 0:
        if upper <= 0:
            return upper
        lower, below = 0.0, 0.0
    else:
        lower, below = bounds[index - 1], up_to[index - 1]
    inside = up_to[index] - below
    return lower + (upper - lower) * (rank - below) / inside if inside > 0 else upper
