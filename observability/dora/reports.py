"""Figures of a window beside those of the time before, for one component or over several. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from observability.dora import clusters, figures, totals, windows
from observability.dora.figures import Figures, Metric, Per
from observability.dora.totals import Totals
from observability.dora.windows import Window


@dataclass(frozen=True, slots=True)
class Headline:
    """One metric: of one component its figure, of several the middle one with the quartiles."""

    metric: Metric
    value: float | None
    before: float | None  # the same, of the time before
    n: int
    open: int
    low: float | None
    high: float | None
    p90: float | None
    nearest: str  # cluster of 2024


@dataclass(frozen=True, slots=True)
class Line:
    """A component with its figures."""

    component: str
    team: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What no figure counts, or counts otherwise than it looks, and why."""

    never_live: int
    baselines: int
    undated: int
    skewed: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a component: its team, since when something was live, and its sums.

    `sums` are one for each span between two `cuts` of the window.
    """

    team: str
    first_at: datetime | None
    sums: Sequence[Totals]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about a window but its rows."""

    window: Window
    headlines: Mapping[Metric, Headline]
    lines: Sequence[Line]
    days_a_week: float | None  # of one component
    deployments: int
    left_out: LeftOut
    weeks: Sequence[Mapping[str, Totals]]  # the last twelve, for lines and bars

    @property
    def is_spread(self) -> bool:
        return len(self.lines) != 1


def report(
    known: Mapping[str, Known], *, days: Iterable[datetime], window: Window, per: Per
) -> Report:
    """The figures of components by name; `days` are those of the only one with a deployment."""
    before = window.before()
    cuts = windows.cuts(window)
    lines, earlier, own = [], [], []
    for name in sorted(known):
        found = known[name]
        if found.first_at is None or found.first_at >= window.until:
            continue  # nothing was live here yet: there is nothing to say
        mine = _within(found.sums, cuts, window)
        own.append(mine)
        lines.append(Line(name, found.team, figures.figured(mine, window, has_begun=True, per=per)))
        is_older = found.first_at < before.until
        past = _within(found.sums, cuts, before)
        earlier.append(figures.figured(past, before, has_begun=is_older, per=per))
    return Report(
        window=window,
        headlines={metric: _headline(metric, lines, earlier) for metric in Metric},
        lines=lines,
        days_a_week=figures.days_a_week(days, window) if len(lines) == 1 else None,
        deployments=sum(each.deployments for each in own),
        left_out=_left_out(known, cuts, window),
        weeks=[
            {
                name: summed
                for name, found in known.items()
                if (summed := _within(found.sums, cuts, week)).deployments
            }
            for week in window.spark()
        ],
    )


def _within(sums: Sequence[Totals], cuts: Sequence[datetime], window: Window) -> Totals:
    """The sum of a time that begins and ends where it was cut."""
    first, last = bisect_left(cuts, window.since), bisect_left(cuts, window.end)
    return sums[first] if last - first == 1 else totals.summed(sums[first:last])


def _left_out(known: Mapping[str, Known], cuts: Sequence[datetime], window: Window) -> LeftOut:
    own = [_within(found.sums, cuts, window) for found in known.values()]
    return LeftOut(
        never_live=sum(each.never_live for each in own),
        baselines=sum(each.baselines for each in own),
        undated=sum(each.undated for each in own),
        skewed=sum(each.skewed for each in own),
    )


def _headline(metric: Metric, lines: Sequence[Line], earlier: Sequence[Figures]) -> Headline:
    found = figures.spread([line.figures for line in lines], metric)
    alone = lines[0].figures[metric] if len(lines) == 1 else None
    return Headline(
        metric=metric,
        value=found.value,
        before=figures.spread(earlier, metric).value,
        n=found.n,
        open=found.open,
        low=None if alone else found.low,
        high=None if alone else found.high,
        p90=alone.p90 if alone else None,
        nearest=clusters.nearest(metric, found.value),
    )
