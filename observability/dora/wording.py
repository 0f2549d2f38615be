"""How figures read: a number with its unit, what changed, and what is counted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from observability.dora.figures import DURATIONS, RATES, Metric, Per
from portal.tones import Tone

TITLES = {
    Metric.FREQUENCY: "Deployment frequency",
    Metric.LEAD_TIME: "Change lead time",
    Metric.FAIL_RATE: "Change fail rate",
    Metric.RECOVERY: "Recovery time",
    Metric.REWORK_RATE: "Rework rate",
    Metric.DELIVERY: "To the first correct delivery",
}
DEFINITIONS = {
    Metric.FREQUENCY: "Deployments a week, counting days without one.",
    Metric.LEAD_TIME: "Commit to live, median over commits.",
    Metric.FAIL_RATE: "Deployments that were rolled back, fixed or failed while live.",
    Metric.RECOVERY: "From a failed deployment to what restored it, median.",
    Metric.REWORK_RATE: "Deployments that were not planned: they mend another, or bring a revert.",
    Metric.DELIVERY: "Commit until a client holds a result that nobody rejected, median.",
}
PER = {
    Per.COMMIT: DEFINITIONS[Metric.LEAD_TIME],
    Per.SLOWEST: "Oldest commit to live, median over deployments.",
    Per.MIDDLE: "Middle commit to live, median over deployments.",
}
COUNTED = {
    Metric.FREQUENCY: "deployment",
    Metric.LEAD_TIME: "commit",
    Metric.FAIL_RATE: "deployment",
    Metric.RECOVERY: "failure",
    Metric.REWORK_RATE: "deployment",
    Metric.DELIVERY: "commit",
}
OPEN = {
    Metric.RECOVERY: "not restored yet",
    Metric.DELIVERY: "not delivered yet",
}
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
# Up to how many of the unit below; then the unit, in seconds, and its short form
UNITS = ((90.0, 1.0, "seconds", "s"), (90 * MINUTE, MINUTE, "minutes", "min"))
LONG = ((48 * HOUR, HOUR, "hours", "h"), (float("inf"), DAY, "days", "d"))
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Said:
    """A number and its unit; a dash where there is no data."""

    number: str
    unit: str


def said(metric: Metric, value: float | None) -> Said:
    if value is None:
        return Said(NOTHING, "")
    if metric == Metric.FREQUENCY:
        return Said(_digits(value), "a week")
    if metric in RATES:
        return Said(_digits(value * 100), "%")
    _, unit, name, _ = _unit(value)
    return Said(_digits(value / unit), name)


def short(metric: Metric, value: float | None) -> str:
    """In a cell: "18.2 h", "5.1 %", "4.6"."""
    if value is None:
        return NOTHING
    if metric in DURATIONS:
        _, unit, _, short = _unit(value)
        return f"{_digits(value / unit)} {short}"
    return f"{_digits(value * 100)} %" if metric in RATES else _digits(value)


def changed(metric: Metric, value: float | None, before: float | None) -> tuple[str, Tone]:
    """ "−7.4 h" and whether that is good; "" where one of both has no data."""
    if value is None or before is None:
        return "", "neutral"
    gap = value - before
    if metric in DURATIONS:
        _, unit, _, short = _unit(max(value, before))
        text, gap = f"{_digits(abs(gap) / unit)} {short}", gap if abs(gap) >= unit * 0.05 else 0.0
    else:
        scale = 100 if metric in RATES else 1
        text = _digits(abs(gap) * scale) + (" points" if metric in RATES else "")
        gap = gap if abs(gap) * scale >= 0.05 else 0.0
    if not gap:
        return "as before", "neutral"
    is_better = (gap > 0) == (metric == Metric.FREQUENCY)
    return f"{'+' if gap > 0 else '−'}{text}", "good" if is_better else "bad"


def days(number: float | None) -> str:
    """ "1 day", "2.5 days"; "" where there is no whole week."""
    return "" if number is None else f"{_digits(number)} day{'' if number == 1 else 's'}"


def definition(metric: Metric, per: Per) -> str:
    return PER[per] if metric == Metric.LEAD_TIME else DEFINITIONS[metric]


def _unit(seconds: float) -> tuple[float, float, str, str]:
    return next(each for each in (*UNITS, *LONG) if seconds < each[0])


def _digits(number: float) -> str:
    """One digit behind the point where it says something."""
    text = f"{number:,.0f}" if number >= 100 else f"{number:.1f}"
    return text.removesuffix(".0")
