"""The five DORA metrics and one more, of one component, and how components are spread. Pure.

A figure without data is None, never zero, and always says of how many it was made. Of several
components nothing is blended: each has its own figures, a team has their median and quartiles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from observability.dora import totals
from observability.dora.history import Said
from observability.dora.judging import NO_FAILURE, Verdict
from observability.dora.totals import Totals
from observability.dora.windows import Window
from observability.percentiles import percentile, percentiles


class Metric(StrEnum):
    """The five, and how long a commit takes until a client holds a right result of it."""

    FREQUENCY = "frequency"
    LEAD_TIME = "lead_time"
    FAIL_RATE = "fail_rate"
    RECOVERY = "recovery"
    REWORK_RATE = "rework_rate"
    DELIVERY = "delivery"


class Per(StrEnum):
    """What a lead time is measured of."""

    COMMIT = "commit"
    SLOWEST = "deployment_max"  # a deployment is as slow as its oldest commit
    MIDDLE = "deployment_median"


DURATIONS = (Metric.LEAD_TIME, Metric.RECOVERY, Metric.DELIVERY)
RATES = (Metric.FAIL_RATE, Metric.REWORK_RATE)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`: deployments a week, seconds, or a share of one.

    `n` is what it was made of; `open` what has not ended yet: failures that nothing restored,
    commits that no client has. They are shown beside it, for a median without them flatters.
    """

    value: float | None
    n: int
    open: int = 0
    p90: float | None = None


NONE = Figure(None, 0)
Figures = Mapping[Metric, Figure]
NEVER: Figures = dict.fromkeys(Metric, NONE)
IDLE: Figures = {**NEVER, Metric.FREQUENCY: Figure(0.0, 0)}


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric over components: the middle one and the quartiles, of those that have data."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    open: int
    components: int


def measure(
    verdicts: Iterable[Verdict], window: Window, *, has_begun: bool, per: Per = Per.COMMIT
) -> Figures:
    """The figures of one component in one environment, from its deployments; see `figured`."""
    own = (each for each in verdicts if window.since <= each.at < window.until)
    return figured(totals.of(own), window, has_begun=has_begun, per=per)


def figured(found: Totals, window: Window, *, has_begun: bool, per: Per = Per.COMMIT) -> Figures:
    """The figures of one component in one environment, from what adds up.

    `has_begun`: something was live there by the end of the window. Then a window without a
    deployment is a frequency of zero, which is true; else there is nothing to say.
    """
    count = found.deployments
    if not count:
        return IDLE if has_begun else NEVER
    return {
        Metric.FREQUENCY: Figure(count / window.days * 7, count),
        Metric.LEAD_TIME: _of(leads(found, per)),
        Metric.FAIL_RATE: Figure(found.failed / count, count),
        Metric.RECOVERY: _of(found.recoveries, found.open),
        Metric.REWORK_RATE: Figure(found.rework / count, count),
        Metric.DELIVERY: _of(found.deliveries, found.undelivered),
    }


def _of(seconds: Sequence[float], still_open: int = 0) -> Figure:
    if not seconds:
        return Figure(None, 0, still_open) if still_open else NONE
    middle, upper = percentiles(seconds, (0.5, 0.9))
    return Figure(middle, len(seconds), still_open, upper)


def leads(found: Totals, per: Per) -> Sequence[float]:
    """Lead times by commit, or one for each deployment that brought commits."""
    by = {Per.COMMIT: found.leads, Per.SLOWEST: found.slowest, Per.MIDDLE: found.middle}
    return by[per]


def days_a_week(days: Iterable[datetime], window: Window) -> float | None:
    """Days of a week with a deployment: the median over whole weeks, empty ones too."""
    weeks = window.weeks()
    if not weeks:
        return None
    begins = weeks[0].since
    found: dict[int, set[int]] = defaultdict(set)
    for at in days:
        if begins <= at < window.end:
            day = (at - begins).days
            found[day // 7].add(day)
    return percentile([len(found[number]) for number in range(len(weeks))], 0.5)


def spread(of: Sequence[Figures], metric: Metric) -> Spread:
    """One metric over components."""
    found = [figures[metric] for figures in of]
    values = [figure.value for figure in found if figure.value is not None]
    return Spread(
        value=percentile(values, 0.5),
        low=percentile(values, 0.25),
        high=percentile(values, 0.75),
        n=sum(figure.n for figure in found),
        open=sum(figure.open for figure in found),
        components=len(values),
    )


@dataclass(frozen=True, slots=True)
class Week:
    """What is drawn of a component's week. Durations: their median and 90th percentile, seconds."""

    deployments: int
    failed: int
    rework: int
    leads: tuple[float, float] | None
    recoveries: tuple[float, float] | None
    deliveries: tuple[float, float] | None


def week(found: Totals) -> Week:
    return Week(
        found.deployments,
        found.failed,
        found.rework,
        *(_middle_and_upper(each) for each in (found.leads, found.recoveries, found.deliveries)),
    )


def _middle_and_upper(seconds: Sequence[float]) -> tuple[float, float] | None:
    if not seconds:
        return None
    middle, upper = percentiles(seconds, (0.5, 0.9))
    return middle, upper


def weekly_counts(weeks: Sequence[Sequence[Week]], metric: Metric) -> list[float]:
    """How many were deployed, failed or rework in each week, over components."""
    return [float(sum(_count(each, metric) for each in week)) for week in weeks]


def weekly_durations(
    weeks: Sequence[Sequence[Week]], metric: Metric
) -> tuple[list[float | None], list[float | None]]:
    """The median and the 90th percentile of each week, None in one without data.

    Of several components it is the median of theirs.
    """
    own = [[found for each in week if (found := _durations(each, metric))] for week in weeks]
    middle, upper = ([percentile([each[n] for each in week], 0.5) for week in own] for n in (0, 1))
    return middle, upper


def _durations(week: Week, metric: Metric) -> tuple[float, float] | None:
    by = {
        Metric.LEAD_TIME: week.leads,
        Metric.RECOVERY: week.recoveries,
        Metric.DELIVERY: week.deliveries,
    }
    return by[metric]


def _count(week: Week, metric: Metric) -> int:
    by = {
        Metric.FREQUENCY: week.deployments,
        Metric.FAIL_RATE: week.failed,
        Metric.REWORK_RATE: week.rework,
    }
    return by[metric]


def is_behind(each: Verdict, metric: Metric) -> bool:
    """Whether a deployment is one of the rows behind a figure, or a person took it away there."""
    said = each.deployment.said
    if metric == Metric.LEAD_TIME:
        return bool(each.leads)
    if metric == Metric.DELIVERY:
        return bool(each.deliveries or each.undelivered)
    if metric in {Metric.FAIL_RATE, Metric.RECOVERY}:
        return bool(each.failed) or said in NO_FAILURE
    if metric == Metric.REWORK_RATE:
        return each.is_rework or said == Said.PLANNED
    return True
