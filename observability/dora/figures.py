"""The five DORA metrics and one more, of one component, and how components are spread. Pure.

A figure without data is None, never zero, and always says of how many it was made. Of several
components nothing is blended: each has its own figures, a team has their median and quartiles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from observability.dora.history import Said
from observability.dora.judging import NO_FAILURE, Verdict
from observability.dora.windows import Window


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


def percentile(values: Sequence[float], fraction: float) -> float | None:
    """As PostgreSQL's percentile_cont: between two values it lies between them."""
    if not values:
        return None
    ordered = sorted(values)
    at = (len(ordered) - 1) * fraction
    below = int(at)
    if at == below:
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (at - below)


def measure(
    verdicts: Iterable[Verdict], window: Window, *, has_begun: bool, per: Per = Per.COMMIT
) -> Figures:
    """The figures of one component in one environment.

    `has_begun`: something was live there by the end of the window. Then a window without a
    deployment is a frequency of zero, which is true; else there is nothing to say.
    """
    since, until = window.since, window.until
    own = [each for each in verdicts if since <= each.at < until]
    count = len(own)
    if not count:
        return IDLE if has_begun else NEVER
    failed = [each for each in own if each.failed]
    rework = sum(each.is_rework for each in own)
    recoveries = [each.recovery for each in failed if each.recovery is not None]
    return {
        Metric.FREQUENCY: Figure(count / window.days * 7, count),
        Metric.LEAD_TIME: _of(leads(own, per)),
        Metric.FAIL_RATE: Figure(len(failed) / count, count),
        Metric.RECOVERY: _of(recoveries, len(failed) - len(recoveries)),
        Metric.REWORK_RATE: Figure(rework / count, count),
        Metric.DELIVERY: _of(
            [seconds for each in own for seconds in each.deliveries],
            sum(each.undelivered for each in own),
        ),
    }


def _of(seconds: list[float], still_open: int = 0) -> Figure:
    if not seconds:
        return Figure(None, 0, still_open) if still_open else NONE
    return Figure(median(seconds), len(seconds), still_open, percentile(seconds, 0.9))


def leads(verdicts: Iterable[Verdict], per: Per) -> list[float]:
    """Lead times by commit, or one for each deployment that brought commits."""
    if per == Per.COMMIT:
        return [seconds for each in verdicts for seconds in each.leads]
    of: Callable[[list[float]], float] = max if per == Per.SLOWEST else median
    return [of(each.leads) for each in verdicts if each.leads]


def days_a_week(verdicts: Iterable[Verdict], window: Window) -> float | None:
    """Days of a week with a deployment: the median over whole weeks, empty ones too."""
    weeks = window.weeks()
    if not weeks:
        return None
    begins = weeks[0].since
    days: dict[int, set[int]] = defaultdict(set)
    for each in verdicts:
        if begins <= each.at < window.until:
            day = (each.at - begins).days
            days[day // 7].add(day)
    return percentile([len(days[number]) for number in range(len(weeks))], 0.5)


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


def weekly(
    verdicts: Iterable[Verdict], weeks: Sequence[Window], metric: Metric, fraction: float = 0.5
) -> list[float | None]:
    """A value a week: how many were deployed, failed or rework; or a percentile of durations.

    Of several components it is the median of their percentiles. A week without data has none.
    """
    numbers: list[dict[str, list[float]]] = [defaultdict(list) for _ in weeks]
    since = weeks[0].since
    for each in verdicts:
        number = (each.at - since).days // 7 if each.at >= since else -1
        if 0 <= number < len(weeks):
            numbers[number][each.deployment.component].extend(_samples(each, metric))
    if metric not in DURATIONS:
        return [float(sum(map(len, found.values()))) for found in numbers]
    return [
        percentile(
            [p for own in found.values() if (p := percentile(own, fraction)) is not None], 0.5
        )
        for found in numbers
    ]


def _samples(each: Verdict, metric: Metric) -> Sequence[float]:
    if metric == Metric.LEAD_TIME:
        return each.leads
    if metric == Metric.DELIVERY:
        return each.deliveries
    if metric == Metric.RECOVERY:
        return () if each.recovery is None else (each.recovery,)
    counts = {
        Metric.FREQUENCY: True,
        Metric.FAIL_RATE: each.failed,
        Metric.REWORK_RATE: each.is_rework,
    }
    return (1.0,) if counts[metric] else ()


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
