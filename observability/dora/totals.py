"""What figures need of many deployments: counts, and every duration. They add up. Pure.

Percentiles are of the durations themselves, never of percentiles: so what was summed up by day and
by month gives the same figures as the deployments one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from observability.dora.judging import Verdict

COUNTS = (
    *("deployments", "failed", "rework", "undelivered"),
    *("baselines", "undated", "skewed", "never_live"),
)
DURATIONS = ("leads", "slowest", "middle", "recoveries", "deliveries")


@dataclass(slots=True)
class Totals:
    """Of some deployments. Durations are seconds: of each commit, of each deployment's slowest and
    middle commit, of each recovery, of each commit that reached a client."""

    deployments: int = 0
    failed: int = 0
    rework: int = 0
    undelivered: int = 0
    baselines: int = 0
    undated: int = 0
    skewed: int = 0
    never_live: int = 0
    leads: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    middle: list[float] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    deliveries: list[float] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Failures that nothing has restored."""
        return self.failed - len(self.recoveries)

    def count(self, each: Verdict) -> None:
        """Take one more deployment in."""
        self.deployments += 1
        self.failed += bool(each.failed)
        self.rework += each.is_rework
        self.undelivered += each.undelivered
        self.baselines += each.is_baseline
        self.undated += each.undated
        self.skewed += each.skewed
        self.leads.extend(each.leads)
        self.deliveries.extend(each.deliveries)
        if each.leads:
            self.slowest.append(max(each.leads))
            self.middle.append(median(each.leads))
        if each.failed and each.recovery is not None:
            self.recoveries.append(each.recovery)

    def add(self, other: Totals) -> None:
        """Take another sum in."""
        if not (other.deployments or other.never_live):
            return
        self.deployments += other.deployments
        self.failed += other.failed
        self.rework += other.rework
        self.undelivered += other.undelivered
        self.baselines += other.baselines
        self.undated += other.undated
        self.skewed += other.skewed
        self.never_live += other.never_live
        self.leads += other.leads
        self.slowest += other.slowest
        self.middle += other.middle
        self.recoveries += other.recoveries
        self.deliveries += other.deliveries


def of(verdicts: Iterable[Verdict]) -> Totals:
    """The sum of these."""
    found = Totals()
    for each in verdicts:
        found.count(each)
    return found


def summed(parts: Iterable[Totals]) -> Totals:
    found = Totals()
    for part in parts:
        found.add(part)
    return found


def cut(
    verdicts: Iterable[Verdict], never_live: Iterable[datetime], cuts: Sequence[datetime]
) -> list[Totals]:
    """One sum for each span between two of these instants; what lies outside is left out."""
    found = [Totals() for _ in cuts[1:]]
    for each in verdicts:
        at = bisect_right(cuts, each.at) - 1
        if 0 <= at < len(found):
            found[at].count(each)
    for instant in never_live:
        at = bisect_right(cuts, instant) - 1
        if 0 <= at < len(found):
            found[at].never_live += 1
    return found
