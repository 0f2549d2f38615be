"""How long things took, counted in buckets that can be added up: percentiles of any time. Pure.

The buckets of an exponential histogram (OpenTelemetry, metrics data model, scale 2): each is wider
than the one before by 2^(1/4). A percentile is said as the geometric middle of its bucket, so it is
off by at most 2^(1/8) − 1, which is 9 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, log2

PER_DOUBLING = 4
ERROR = 2 ** (1 / (2 * PER_DOUBLING)) - 1  # of a percentile, as a share of it


def bucket(nanoseconds: int) -> int:
    """Where a duration is counted: n holds what is at least 2^(n/4) nanoseconds."""
    return int(log2(nanoseconds) * PER_DOUBLING) if nanoseconds > 1 else 0


def middle(number: int) -> float:
    """What a bucket stands for, in nanoseconds."""
    return float(2 ** ((number + 0.5) / PER_DOUBLING))


def quantile(share: float, counts: Mapping[int, int]) -> float | None:
    """Nanoseconds that this share took at most, by nearest rank; None of nothing."""
    total = sum(counts.values())
    if not total:
        return None
    rank, seen = max(ceil(share * total), 1), 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= rank:
            return middle(number)
    return None
