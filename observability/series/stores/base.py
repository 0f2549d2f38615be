"""The port to where points of metrics are kept: the portal's own PostgreSQL, or Prometheus.

Pure: no tables. `tests/contracts/test_metric_stores.py` is the suite that every adapter passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

MOST_LINES = 200  # of an answer
MOST_STEPS = 11_000  # of a line, as Prometheus has it
LOOK_BACK = 300  # seconds; what is older is not the value of now


class Kind(StrEnum):
    """What a point says."""

    GAUGE = "gauge"  # what is
    SUM = "sum"  # what was added up
    HISTOGRAM = "histogram"  # how values were distributed


class Point(NamedTuple):
    """One point on its way in. Times in nanoseconds (UTC); `began` is 0 where it is not known.

    `series` is the identity of the series in hexadecimal digits, a digest of all that stands
    before it but unit and description; `labels` is a JSON object of texts. Of a histogram `value`
    is the sum, `number` how many, and `counts` (one more than `bounds`, not added up) lie between
    its bounds.
    """

    component: str
    environment: str
    name: str
    kind: str
    is_delta: bool
    is_monotonic: bool
    labels: str
    unit: str
    description: str
    series: str
    at: int
    began: int
    value: float
    number: int
    bounds: tuple[float, ...]
    counts: tuple[float, ...]
    exemplars: str = ""  # a JSON list of what Exemplar says; "" where there is none


@dataclass(frozen=True, slots=True)
class Named:
    """A metric of a component; `series` is how many lines it has."""

    name: str
    kind: str
    unit: str
    description: str
    is_delta: bool
    is_monotonic: bool
    series: int


class Function(StrEnum):
    """What is made of points before they are drawn."""

    VALUE = "value"  # the newest, of a histogram its count
    RATE = "rate"  # how much was added a second
    MEAN = "mean"  # of a histogram: the sum of values by their count
    QUANTILE = "quantile"  # of a histogram, read between its bounds


class Aggregate(StrEnum):
    """How several series become one line; NONE: each is a line."""

    NONE = ""
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: points of `name` at `since`, and every `step` seconds until `until`, included.

    `where` are labels that must have these values; `by` are labels that stay when several series
    are aggregated. Rate, mean and quantile look at the `window` of seconds before each instant. Of
    a distribution (mean, quantile) series are added up, whatever the aggregate is.
    """

    component: str
    name: str
    since: datetime
    until: datetime
    step: int = 60
    environment: str = ""
    where: tuple[tuple[str, str], ...] = ()
    function: Function = Function.VALUE
    aggregate: Aggregate = Aggregate.NONE
    by: tuple[str, ...] = ()
    quantile: float = 0.5
    window: int = LOOK_BACK


@dataclass(frozen=True, slots=True)
class Expression:
    """A question in Prometheus' language, about a component ("" is every environment).

    `$component` and `$environment` in it stand for those (every environment is `.*`, to be asked
    for by `=~`), `$window` for the seconds that a rate looks back.
    """

    text: str
    component: str
    environment: str
    since: datetime
    until: datetime
    step: int

    @property
    def window(self) -> int:
        return max(self.step, LOOK_BACK)


@dataclass(frozen=True, slots=True)
class Line:
    """An answer: labels, and (instant, value) where there is one."""

    labels: Mapping[str, str]
    points: list[tuple[datetime, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One of the values that a point was made of, and the trace in which it came."""

    at: datetime
    value: float
    unit: str
    trace_id: str
    span_id: str


class MetricStore(Protocol):
    """Where points are written in batches and asked for. Everything raises StoreError."""

    def register(self, points: Sequence[Point], *, now: datetime) -> Mapping[str, str]:
        """Make their series known; those that are too many, and why, by their identity."""
        ...

    def write(self, points: Sequence[Point]) -> None:
        """Keep these points, all or none; when it returns they survive a crash of the portal."""
        ...

    def names(self, component: str) -> list[Named]:
        """The metrics of a component, by name."""
        ...

    def labels(self, component: str, name: str) -> Mapping[str, list[str]]:
        """Which labels a metric has, and their values, both sorted."""
        ...

    def ask(self, asked: Asked) -> list[Line]:
        """Lines by their labels; those without a point are absent.

        TooMuch where the answer would be longer than MOST_LINES.
        """
        ...

    def evaluate(self, expression: Expression) -> list[Line]:
        """The same for an expression; a permanent StoreError, in words, where it makes no sense."""
        ...

    def exemplars(self, expression: Expression, *, most: int) -> list[Exemplar]:
        """Of the metric of an expression, the newest first; none where the store keeps none."""
        ...


class TooMuch(Exception):
    """The question would read or answer more than is good for anybody, in a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
