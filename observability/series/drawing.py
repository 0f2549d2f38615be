"""Lines out of the samples of series, as a question asks for them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count as counting
from itertools import takewhile

from observability.series.quantiles import quantile
from observability.series.rates import Added, Sample, added, together
from observability.series.stores.base import (
    LOOK_BACK,
    MOST_LINES,
    Aggregate,
    Asked,
    Function,
    Kind,
    Line,
    TooMuch,
)

Labels = tuple[tuple[str, str], ...]
AGGREGATES: Mapping[Aggregate, Callable[[Sequence[float]], float]] = {
    Aggregate.NONE: lambda values: values[-1],
    Aggregate.SUM: sum,
    Aggregate.AVG: lambda values: sum(values) / len(values),
    Aggregate.MIN: min,
    Aggregate.MAX: max,
}


@dataclass(frozen=True, slots=True)
class Series:
    """A series with its samples, oldest first."""

    labels: Mapping[str, str]
    kind: str
    is_delta: bool
    samples: Sequence[Sample]


def lines(found: Sequence[Series], asked: Asked) -> list[Line]:
    """The answer, by labels; TooMuch where it is longer than anybody can look at."""
    groups: dict[Labels, list[_Walk]] = defaultdict(list)
    for series in found:
        groups[_group(series.labels, asked)].append(_Walk(series))
    if len(groups) > MOST_LINES:
        raise TooMuch(
            f"{asked.name} has {len(groups)} lines here, more than {MOST_LINES}: narrow it down by "
            "labels, or add them up by some."
        )
    drawn = [Line(dict(labels), _drawn(walks, asked)) for labels, walks in sorted(groups.items())]
    return [line for line in drawn if line.points]


def instants(asked: Asked) -> Iterator[float]:
    """Every step in seconds since 1970, both ends included."""
    first, last = asked.since.timestamp(), asked.until.timestamp()
    return takewhile(lambda at: at <= last, (first + n * asked.step for n in counting()))


def _group(labels: Mapping[str, str], asked: Asked) -> Labels:
    if asked.aggregate is Aggregate.NONE:
        return tuple(sorted(labels.items()))
    return tuple((name, labels[name]) for name in sorted(asked.by) if name in labels)


class _Walk:
    """A series, and where in it the samples of a window are."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.times = [sample.at for sample in series.samples]

    def window(self, at: float, seconds: float) -> Sequence[Sample]:
        first, last = bisect_right(self.times, at - seconds), bisect_right(self.times, at)
        return self.series.samples[first:last]


def _drawn(walks: Sequence[_Walk], asked: Asked) -> list[tuple[datetime, float]]:
    one = _value if asked.function is Function.VALUE else _from_window
    points = ((at, one(walks, at, asked)) for at in instants(asked))
    return [(datetime.fromtimestamp(at, UTC), value) for at, value in points if value is not None]


def _value(walks: Sequence[_Walk], at: float, asked: Asked) -> float | None:
    values = []
    for walk in walks:
        if samples := walk.window(at, LOOK_BACK):
            is_counted = walk.series.kind == Kind.HISTOGRAM
            values.append(samples[-1].count if is_counted else samples[-1].value)
    return AGGREGATES[asked.aggregate](values) if values else None


def _from_window(walks: Sequence[_Walk], at: float, asked: Asked) -> float | None:
    found = [
        (walk.series.kind, one)
        for walk in walks
        if (one := _added(walk, at, asked.window)) is not None
    ]
    if not found:
        return None
    if asked.function is Function.RATE:
        return AGGREGATES[asked.aggregate]([_rate(kind, one) for kind, one in found])
    whole = together([one for _, one in found])
    if asked.function is Function.MEAN:
        return whole.value / whole.count if whole.count > 0 else None
    return quantile(asked.quantile, whole.bounds, whole.up_to)


def _added(walk: _Walk, at: float, window: float) -> Added | None:
    samples = walk.window(at, window)
    return added(samples, is_delta=walk.series.is_delta, window=window)


def _rate(kind: str, one: Added) -> float:
    return (one.count if kind == Kind.HISTOGRAM else one.value) / one.seconds
