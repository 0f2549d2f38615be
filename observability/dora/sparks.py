"""Weeks drawn small: bars for counts, a line for durations, a gap without data. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from observability.dora.figures import (
    DURATIONS,
    Metric,
    Week,
    weekly_counts,
    weekly_durations,
)
from observability.dora.windows import Window
from observability.dora.wording import short

WIDTH, HEIGHT, GAP, FOOT = 200.0, 36.0, 3.0, 1.5
CHART = (760.0, 190.0)
LEFT, RIGHT, TOP, BOTTOM = 60.0, 660.0, 12.0, 168.0

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    kind: str  # accent, bad, neutral


@dataclass(frozen=True, slots=True)
class Spark:
    """What a tile draws: either bars, or a line in pieces with single weeks as dots."""

    bars: tuple[Bar, ...] = ()
    line: str = ""
    dots: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A week in words, for those who can't see the drawing."""

    week: str
    median: str
    p90: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The same, large, with a scale; of durations also the 90th percentile."""

    spark: Spark
    upper: Spark
    scale: tuple[tuple[float, str], ...]  # y and its words
    weeks: tuple[tuple[float, str], ...]  # x and its day
    rows: tuple[Row, ...]
    is_line: bool


def spark(of: Sequence[Sequence[Week]], metric: Metric) -> Spark:
    """Of weeks, oldest first, and what each component did in them."""
    values, _ = _values(of, metric)
    most = max((value for value in values if value is not None), default=0.0)
    box = (0.0, 2.0, WIDTH, HEIGHT)
    if metric in DURATIONS:
        return _line(values, most, box)
    return _bars(values, most, box, "accent" if metric == Metric.FREQUENCY else "bad")


def _values(of: Sequence[Sequence[Week]], metric: Metric) -> tuple[Values, Values]:
    """What is drawn, and the 90th percentile above it where there is one."""
    if metric in DURATIONS:
        return weekly_durations(of, metric)
    return weekly_counts(of, metric), [None] * len(of)


def chart(of: Sequence[Sequence[Week]], weeks: Sequence[Window], metric: Metric) -> Chart:
    """The same with its scale; `weeks` say when they were."""
    is_line = metric in DURATIONS
    values, upper = _values(of, metric)
    most = max((value for value in (*values, *upper) if value is not None), default=0.0)
    top = most * 1.1 if is_line else max(ceil(most / 2), 1) * 2.0
    box = (LEFT, TOP, RIGHT, BOTTOM)
    kind = "accent" if metric == Metric.FREQUENCY else "bad"
    step = (RIGHT - LEFT) / (len(weeks) - (1 if is_line else 0))
    return Chart(
        spark=_line(values, top, box) if is_line else _bars(values, top, box, kind),
        upper=_line(upper, top, box),
        scale=tuple(
            (round(BOTTOM - (BOTTOM - TOP) * part, 1), _words(metric, top * part))
            for part in (0.0, 0.5, 1.0)
        ),
        weeks=tuple(
            (round(LEFT + step * (n + (0 if is_line else 0.5)), 1), _day(week))
            for n, week in enumerate(weeks)
            if n % 2
        ),
        rows=tuple(
            Row(_day(week), _words(metric, values[n]), _words(metric, upper[n]))
            for n, week in enumerate(weeks)
        ),
        is_line=is_line,
    )


def _words(metric: Metric, value: float | None) -> str:
    if metric in DURATIONS and value != 0:
        return short(metric, value)
    return f"{value or 0:g}"


def _day(week: Window) -> str:
    """The last day of a week: "18 Nov"."""
    day = week.until - timedelta(microseconds=1)
    return f"{day.day} {day:%b}"


Box = tuple[float, float, float, float]


def _bars(values: Values, most: float, box: Box, kind: str) -> Spark:
    left, top, right, bottom = box
    gap = GAP if right - left <= WIDTH else GAP * 4
    width = (right - left + gap) / len(values) - gap
    bars = []
    for number, value in enumerate(values):
        height = max((bottom - top) * (value or 0) / (most or 1), FOOT)
        x = left + number * (width + gap)
        tone = kind if value else "neutral"
        bars.append(
            Bar(round(x, 1), round(bottom - height, 1), round(width, 1), round(height, 1), tone)
        )
    return Spark(bars=tuple(bars))


def _line(values: Values, most: float, box: Box) -> Spark:
    left, top, right, bottom = box
    step = (right - left) / max(len(values) - 1, 1)
    pieces: list[list[tuple[float, float]]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        y = bottom - (bottom - top) * value / (most or 1)
        pieces[-1].append((round(left + number * step, 1), round(y, 1)))
    lines = ("M" + " ".join(f"{x} {y}" for x, y in piece) for piece in pieces if len(piece) > 1)
    return Spark(line=" ".join(lines), dots=tuple(piece[0] for piece in pieces if len(piece) == 1))
