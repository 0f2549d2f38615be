"""The answer to a pinned query as a chart. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from observability.health import drawing
from observability.health.drawing import Frame
from observability.series.stores.base import Exemplar, Line
from portal.figures import duration, size

MOST = 8  # lines that can be told apart


def shown(lines: Sequence[Line], unit: str, frame: Frame, step: int) -> dict[str, Any]:
    """The lines that ended highest, with what each said last; `n` are all of them."""
    said = words(unit)
    drawn = sorted(lines, key=lambda line: -line.points[-1][1])[:MOST]
    curves = [(_label(line), str(n), line.points) for n, line in enumerate(drawn)]
    last = [(_label(line), n, said(line.points[-1][1])) for n, line in enumerate(drawn)]
    chart = drawing.free(
        frame,
        curves,
        words="; ".join(f"{label} {value}" for label, _, value in last),
        unit=said,
        apart=step * 1.5,
    )
    return {"chart": chart, "last": last, "n": len(lines)}


def examples(found: Sequence[Exemplar]) -> list[tuple[Exemplar, str]]:
    """Each with its value in words."""
    return [(one, words(one.unit)(one.value)) for one in found]


def words(unit: str) -> Callable[[float], str]:
    """How values of this unit are said: seconds and bytes as everywhere, others to three digits."""
    if unit in {"s", "seconds"}:
        return duration
    if unit == "ms":
        return lambda value: duration(value / 1000)
    if unit in {"B", "By", "bytes"}:
        return size
    return lambda value: f"{_short(value)}{f' {unit}' if unit else ''}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _label(line: Line) -> str:
    return ", ".join(f"{key} {value}" for key, value in line.labels.items()) or "all"
