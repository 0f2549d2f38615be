"""Percentiles of values themselves, as PostgreSQL's percentile_cont says them. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], fraction: float) -> float | None:
    """As PostgreSQL's percentile_cont: between two values it lies between them."""
    return percentiles(values, (fraction,))[0] if values else None


def percentiles(values: Sequence[float], fractions: Sequence[float]) -> list[float]:
    """Several of them, of at least one value, sorted once."""
    ordered = sorted(values)
    return [_between(ordered, (len(ordered) - 1) * fraction) for fraction in fractions]


def _between(ordered: Sequence[float], at: float) -> float:
    below = int(at)
    if at == below:
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (at - below)
