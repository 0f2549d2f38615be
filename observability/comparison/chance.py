"""How probable it is that chance alone makes such a difference, or a greater one. Pure.

Counts are tested exactly, durations by their ranks: neither assumes a bell curve, and few
observations give a high probability instead of a bold word.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import erfc, exp, lgamma, log, sqrt

RARE = 0.05  # at most that probable: no longer called chance
SURE, LIKELY = 0.001, 0.01
NEGLIGIBLE = 1e-16


def shares(bad_before: int, before: int, bad_after: int, after: int) -> float:
    """Two shares, such as runs that failed: Fisher's exact test, both sides.

    R. A. Fisher, Statistical Methods for Research Workers (1934), § 21.02: the sum over all tables
    with these margins that are no more probable than this one.
    """
    bad, whole = bad_before + bad_after, before + after
    if not before or not after or not bad or bad == whole:
        return 1.0
    fixed = _choose(whole, bad)

    def table(number: int) -> float:
        return exp(_choose(after, number) + _choose(before, bad - number) - fixed)

    seen = table(bad_after) * (1 + 1e-7)
    first, last = max(0, bad - before), min(bad, after)
    mode = min(last, max(first, (bad + 1) * (after + 1) // (whole + 2)))
    lower, upper = range(first, mode), range(mode, last + 1)  # rising, falling
    rarer = lower[: bisect(lower, seen, key=table)][::-1]
    beyond = upper[bisect_left(upper, -seen, key=lambda number: -table(number)) :]
    return min(1.0, sum(_outward(map(table, each), seen) for each in (rarer, beyond)))


def _outward(terms: Iterable[float], seen: float) -> float:
    """The sum of falling terms, no further than it can be seen."""
    total = 0.0
    for term in terms:
        total += term
        if term <= seen * NEGLIGIBLE:
            break
    return total


def least(before: int, after: int) -> float:
    """The least that `shares` can give with so many: were all bad after, and none before."""
    return shares(0, before, after, after)


def rates(seen_before: int, before: float, seen_after: int, after: float) -> float:
    """Two rates, such as lines of a pattern in so many runs: both as Poisson counts.

    J. Przyborowski and H. Wilenski, Biometrika 31 (1940) 313-323: given their sum, one count is
    binomial with the share of its exposure; twice the smaller tail. It takes events as independent:
    lines that come in bursts make it too sure, so a caller wants a multiple as well.
    """
    whole = seen_before + seen_after
    if not whole or before <= 0 or after <= 0:
        return 1.0
    share = after / (before + after)
    upper = _tail(whole, share, seen_after, 1)
    lower = _tail(whole, share, seen_after, -1)
    return min(1.0, 2 * min(upper, lower))


def ranks(before: Sequence[float], after: Sequence[float]) -> float:
    """Two samples of durations: whether one tends to be longer, both sides.

    H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947) 50-60; normal
    approximation with the correction for ties and for continuity.
    """
    first, second = len(before), len(after)
    whole = first + second
    if not first or not second:
        return 1.0
    tagged = sorted([(value, False) for value in before] + [(value, True) for value in after])
    rank_sum, ties, done = 0.0, 0, 0
    for _, tied in groupby(tagged, key=lambda pair: pair[0]):
        same = [is_after for _, is_after in tied]
        rank_sum += (done + (len(same) + 1) / 2) * sum(same)
        ties += len(same) ** 3 - len(same)
        done += len(same)
    gap = abs(rank_sum - second * (whole + 1) / 2) - 0.5
    spread = first * second / 12 * ((whole + 1) - ties / (whole * (whole - 1)))
    return 1.0 if gap <= 0 or spread <= 0 else min(1.0, erfc(gap / sqrt(2 * spread)))


def words(probability: float) -> str:
    """What a person may make of it."""
    if probability <= SURE:
        return "almost surely no chance"
    if probability <= LIKELY:
        return "hardly chance"
    return "probably no chance" if probability <= RARE else "could be chance"


def _choose(whole: int, part: int) -> float:
    """The logarithm of how many ways there are."""
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def _tail(whole: int, share: float, number: int, step: int) -> float:
    """The probability of `number` and of all beyond it; no further than it can be seen."""
    ways, odds, total = log(share), log(1 - share), 0.0
    mean = whole * share
    while 0 <= number <= whole:
        term = exp(_choose(whole, number) + number * ways + (whole - number) * odds)
        total += term
        is_beyond = (number - mean) * step > 0
        if is_beyond and term <= total * NEGLIGIBLE:
            break
        number += step
    return min(1.0, total)
