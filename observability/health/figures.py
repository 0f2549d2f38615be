"""Rate, errors and duration out of what was counted, and what executions were like. Pure.

What was not seen has no figure: a time without a request has no duration and no share of errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from observability.traces.durations import quantile
from observability.traces.stores.base import Exact, Measured

BILLION = 1_000_000_000
SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Red:
    """Rate, errors, duration of `n` requests in so many seconds; durations in seconds.

    `is_exact`: the percentiles are those of the spans, else they are off by 9 % at most.
    """

    n: int
    errors: int
    rate: float  # a second
    p50: float | None
    p95: float | None
    p99: float | None
    mean: float | None
    total: float  # seconds of all together
    is_exact: bool = False

    @property
    def error_share(self) -> float | None:
        return self.errors / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation did, and before."""

    name: str
    red: Red
    before: Red


def red(measured: Measured, seconds: float, exact: Exact | None = None) -> Red:
    """Of what was counted in this time; percentiles of the spans themselves where there are any."""
    n = measured.spans
    is_exact = exact is not None and exact.spans == n and len(exact.quantiles) == len(SHARES)
    if is_exact and exact is not None:
        p50, p95, p99 = (value / BILLION for value in exact.quantiles)
        said: tuple[float | None, ...] = (p50, p95, p99)
    else:
        said = tuple(_seconds(quantile(share, measured.buckets)) for share in SHARES)
    return Red(
        n=n,
        errors=measured.errors,
        rate=n / seconds if seconds else 0.0,
        p50=said[0],
        p95=said[1],
        p99=said[2],
        mean=measured.nanoseconds / n / BILLION if n else None,
        total=measured.nanoseconds / BILLION,
        is_exact=is_exact,
    )


def _seconds(nanoseconds: float | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / BILLION


def together(parts: Mapping[str, Measured]) -> Measured:
    """Operations as one."""
    whole = Measured()
    for part in parts.values():
        whole.spans += part.spans
        whole.errors += part.errors
        whole.nanoseconds += part.nanoseconds
        for number, spans in part.buckets.items():
            whole.buckets[number] = whole.buckets.get(number, 0) + spans
    return whole


def per(rate: float) -> str:
    """A rate as people say it: "12 a second", "3.4 a minute", "2 a day"."""
    for factor, words in ((1, "a second"), (60, "a minute"), (3600, "an hour")):
        if rate * factor >= 1:
            return f"{_short(rate * factor)} {words}"
    return f"{_short(rate * 86_400)} a day"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 or number == round(number) else f"{number:.1f}"


def share(part: float | None) -> str:
    """ "0.4 %"; what is not 0 is never said to be; a dash where nothing was seen."""
    if part is None:
        return "–"
    percent = part * 100
    if 0 < percent < 0.01:
        return "< 0.01 %"
    digits = 0 if percent in {0, 100} else 2 if percent < 1 else 1
    return f"{percent:.{digits}f} %"
