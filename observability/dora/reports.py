"""Figures of a window beside those of the time before, for one component or over several. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from observability.dora import clusters, figures, totals, windows
from observability.dora.figures import Figures, Metric, Per, Week
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
class Own:
    """All that a report needs of one component. It says nothing of its name and team."""

    figures: Figures | None  # None: nothing was live here by the end of the window
    before: Figures
    deployments: int
    left_out: LeftOut
    weeks: Sequence[Week]  # of the window's spark


@dataclass(frozen=True, slots=True)
class Known:
    """A component that something is known of."""

    team: str
    own: Own


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about a window but its rows."""

    window: Window
    headlines: Mapping[Metric, Headline]
    lines: Sequence[Line]
    days_a_week: float | None  # of one component
    deployments: int
    left_out: LeftOut
    weeks: Sequence[Sequence[Week]]  # the last twelve, of each component

    @property
    def is_spread(self) -> bool:
        return len(self.lines) != 1


def own(sums: Sequence[Totals], first_at: datetime | None, window: Window, per: Per) -> Own:
    """Of one component, out of a sum for each span between two `cuts` of the window.

    `first_at`: since when something was live here.
    """
    before, cuts = window.before(), windows.cuts(window)
    mine, past = _within(sums, cuts, window), _within(sums, cuts, before)
    has_begun = first_at is not None and first_at < window.end
    was_there = first_at is not None and first_at < before.until
    return Own(
        figures=figures.figured(mine, window, has_begun=True, per=per) if has_begun else None,
        before=figures.figured(past, before, has_begun=was_there, per=per),
        deployments=mine.deployments if has_begun else 0,
        left_out=LeftOut(mine.never_live, mine.baselines, mine.undated, mine.skewed),
        weeks=[figures.week(_within(sums, cuts, week)) for week in window.spark()],
    )


def report(known: Mapping[str, Known], *, days: Iterable[datetime], window: Window) -> Report:
    """The figures of components by name; `days` are those of the only one with a deployment."""
    lines = [
        Line(name, known[name].team, found)
        for name in sorted(known)
        if (found := known[name].own.figures)
    ]
    earlier = [each.own.before for each in known.values() if each.own.figures]
    return Report(
        window=window,
        headlines={metric: _headline(metric, lines, earlier) for metric in Metric},
        lines=lines,
        days_a_week=figures.days_a_week(days, window) if len(lines) == 1 else None,
        deployments=sum(each.own.deployments for each in known.values()),
        left_out=_left_out(known.values()),
        weeks=list(zip(*(each.own.weeks for each in known.values()), strict=True))
        or [()] * len(window.spark()),
    )


def _within(sums: Sequence[Totals], cuts: Sequence[datetime], window: Window) -> Totals:
    """The sum of a time that begins and ends where it was cut."""
    first, last = bisect_left(cuts, window.since), bisect_left(cuts, window.end)
    return sums[first] if last - first == 1 else totals.summed(sums[first:last])


def _left_out(known: Iterable[Known]) -> LeftOut:
    own = [each.own.left_out for each in known]
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
