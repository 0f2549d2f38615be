"""What was added between points of a counter or a histogram, its restarts taken into account. Pure.

A cumulative counter falls, or says that it began later, when its process was restarted: what it
says then was added since. Nothing is guessed beyond the points that there are (Prometheus extends
the increase to the window's ends; where points come regularly, the rate is the same).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

NONE: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A point as it is thought with. Times in seconds; `value` of a histogram is its sum.

    `counts` lie between `bounds`, one more than those.
    """

    at: float
    value: float
    began: float = 0.0
    count: float = 0.0
    bounds: tuple[float, ...] = NONE
    counts: tuple[float, ...] = NONE


@dataclass(frozen=True, slots=True)
class Added:
    """What was added in `seconds`: values, how many, and how many up to each bound (the last: all).

    Of a counter there is a value only.
    """

    seconds: float
    value: float
    count: float = 0.0
    bounds: tuple[float, ...] = NONE
    up_to: tuple[float, ...] = NONE


def added(samples: Sequence[Sample], *, is_delta: bool, window: float) -> Added | None:
    """Of one series, oldest first; None where its points do not say."""
    if is_delta:
        return _sum_of(samples, window) if samples else None
    if len(samples) < 2:
        return None
    bounds = _all_bounds(samples)
    value = count = 0.0
    up_to = [0.0] * (len(bounds) + 1 if samples[-1].counts else 0)
    for before, after in pairwise(samples):
        is_new = _is_restart(before, after)
        value += after.value - (0.0 if is_new else before.value)
        count += after.count - (0.0 if is_new else before.count)
        if up_to and after.counts:
            now = at_bounds(after, bounds)
            then = [0.0] * len(now) if is_new or not before.counts else at_bounds(before, bounds)
            up_to = [sum(all_) for all_ in zip(up_to, now, (-n for n in then), strict=True)]
    seconds = samples[-1].at - samples[0].at
    return Added(seconds, value, count, bounds, tuple(up_to)) if seconds > 0 else None


def together(parts: Sequence[Added]) -> Added:
    """Several series as one: their distributions are added up, at all bounds that any has."""
    bounds = tuple(sorted({bound for part in parts for bound in part.bounds}))
    up_to = [0.0] * (len(bounds) + 1)
    for part in parts:
        if part.up_to:
            for number, bound in enumerate((*bounds, float("inf"))):
                up_to[number] += _looked_up(part.bounds, part.up_to, bound)
    return Added(
        max((part.seconds for part in parts), default=0.0),
        sum(part.value for part in parts),
        sum(part.count for part in parts),
        bounds,
        tuple(up_to),
    )


def at_bounds(sample: Sample, bounds: Sequence[float]) -> list[float]:
    """How many lie at or below each of these bounds, and all of them at the end."""
    summed = tuple(accumulate(sample.counts))
    if sample.bounds == bounds:
        return list(summed)
    return [_looked_up(sample.bounds, summed, bound) for bound in (*bounds, float("inf"))]


def _looked_up(bounds: Sequence[float], up_to: Sequence[float], bound: float) -> float:
    if bound == float("inf"):
        return up_to[-1]
    index = bisect_right(bounds, bound)
    return up_to[index - 1] if index else 0.0


def _sum_of(samples: Sequence[Sample], window: float) -> Added:
    bounds = _all_bounds(samples)
    up_to = [0.0] * (len(bounds) + 1 if samples[-1].counts else 0)
    for sample in samples:
        if up_to and sample.counts:
            up_to = [a + b for a, b in zip(up_to, at_bounds(sample, bounds), strict=True)]
    value, count = sum(one.value for one in samples), sum(one.count for one in samples)
    return Added(window, value, count, bounds, tuple(up_to))


def _all_bounds(samples: Sequence[Sample]) -> tuple[float, ...]:
    first = samples[0].bounds
    if all(one.bounds == first for one in samples):
        return first
    return tuple(sorted({bound for one in samples for bound in one.bounds}))


def _is_restart(before: Sample, after: Sample) -> bool:
    fell = after.count < before.count if before.counts else after.value < before.value
    return fell or after.began > before.at
