"""Figures of a window beside those of the time before, for one component or over several. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from observability.dora import clusters, figures
from observability.dora.figures import Figures, Metric, Per
from observability.dora.judging import Verdict
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
class Report:
    """Everything about a window. `verdicts` are the rows behind it, newest first."""

    window: Window
    headlines: Mapping[Metric, Headline]
    lines: Sequence[Line]
    days_a_week: float | None  # of one component
    verdicts: Sequence[Verdict]
    left_out: LeftOut
    recent: Sequence[Verdict]  # of the last twelve weeks, for lines and bars

    @property
    def is_spread(self) -> bool:
        return len(self.lines) != 1


def report(
    verdicts: Sequence[Verdict],
    *,
    teams: Mapping[str, str],
    begun: frozenset[str],
    never_live: int,
    window: Window,
    per: Per,
) -> Report:
    """`verdicts` reach back over the time before and the last twelve weeks; see `reaches_to`."""
    own = _by_component(verdicts)
    before = window.before()
    begins = {name: found[0].at for name, found in own.items()}
    lines, earlier = [], []
    for name in sorted(teams):
        mine = own.get(name, [])
        is_old = name in begun
        if not (is_old or (mine and begins[name] < window.until)):
            continue  # nothing was live here yet: there is nothing to say
        lines.append(
            Line(name, teams[name], figures.measure(mine, window, has_begun=True, per=per))
        )
        is_older = is_old or begins[name] < before.until
        earlier.append(figures.measure(mine, before, has_begun=is_older, per=per))
    rows = [each for each in verdicts if each.at in window]
    begins_at = window.spark()[0].since
    return Report(
        window=window,
        headlines={metric: _headline(metric, lines, earlier) for metric in Metric},
        lines=lines,
        days_a_week=figures.days_a_week(rows, window) if len(lines) == 1 else None,
        verdicts=rows[::-1],
        left_out=LeftOut(
            never_live=never_live,
            baselines=sum(each.is_baseline for each in rows),
            undated=sum(each.undated for each in rows),
            skewed=sum(each.skewed for each in rows),
        ),
        recent=[each for each in verdicts if begins_at <= each.at < window.until],
    )


def reaches_to(window: Window) -> Window:
    """How far back a report has to look: over the time before, and twelve weeks."""
    return Window(min(window.before().since, window.spark()[0].since), window.until)


def _by_component(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        found[each.deployment.component].append(each)
    return found


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
