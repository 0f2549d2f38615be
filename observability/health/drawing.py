"""Charts on one axis of time: bars, lines and dots, with what was deployed drawn over them. Pure.

Lines and dots lie in a box of 1000 by 100 that is stretched to the width there is; strokes are not
stretched with it, so a dot is a line of no length with a round end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor, log10

from observability.health.windows import Window
from observability.logs import drawing as logs
from observability.logs.drawing import Flag, Mark, Tick
from portal.tones import Tone

WIDE, HIGH = 1000.0, 100.0
ROOM = 8.0  # percent of the height that stays free above
MOST_LINKS = 400
Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar."""

    tone: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A step of time: what a pointer finds there in words, and its bar where there are bars."""

    x: str
    width: str
    since: datetime
    until: datetime
    words: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A line with gaps where nothing was; `alone` are values between two gaps, as dots."""

    label: str
    tone: str
    path: str
    alone: str


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots of one tone, in one path."""

    tone: Tone
    path: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot that leads somewhere."""

    x: str
    y: str
    tone: Tone
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn; `scale` are (y in percent, words) from the bottom up."""

    words: str
    columns: tuple[Column, ...] = ()
    curves: tuple[Curve, ...] = ()
    dots: tuple[Dots, ...] = ()
    linked: tuple[Dot, ...] = ()
    scale: tuple[tuple[float, str], ...] = ()
    flags: tuple[Flag, ...] = ()
    ticks: tuple[Tick, ...] = ()

    @property
    def has_bars(self) -> bool:
        return any(column.parts for column in self.columns)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all charts of a page share."""

    window: Window
    marks: Sequence[Mark] = ()

    @property
    def steps(self) -> list[datetime]:
        """Where each step begins; the first may begin before the window."""
        wide = self.window.wide
        first = int(self.window.since.timestamp()) // wide * wide
        last = int(self.window.until.timestamp())
        return [datetime.fromtimestamp(at, UTC) for at in range(first, last, wide)]

    def x(self, at: datetime) -> float:
        """In percent of the width."""
        return 100 * ((at - self.window.since) / self.window.length)

    @property
    def flags(self) -> tuple[Flag, ...]:
        return tuple(logs.flags(self.marks, self.window.span))

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return tuple(logs.ticks(self.window.span))

    def columns(
        self, said: Mapping[datetime, str], parts: Mapping[datetime, tuple[Part, ...]] | None = None
    ) -> tuple[Column, ...]:
        return tuple(self._column(at, said, parts or {}) for at in self.steps)

    def _column(
        self, at: datetime, said: Mapping[datetime, str], parts: Mapping[datetime, tuple[Part, ...]]
    ) -> Column:
        since = max(at, self.window.since)
        until = min(at + timedelta(seconds=self.window.wide), self.window.until)
        left, right = self.x(since), self.x(until)
        clock = logs.clock(since, self.window.span)
        return Column(
            x=f"{left:.3f}%",
            width=f"{max(right - left, 0.1):.3f}%",
            since=since,
            until=until,
            words=f"{clock}: {said.get(at, 'nothing')}",
            parts=parts.get(at, ()),
        )


def bars(
    frame: Frame,
    values: Mapping[datetime, Sequence[tuple[str, float]]],
    said: Mapping[datetime, str],
    *,
    words: str,
    unit: Words,
) -> Chart:
    """Columns of (tone, amount), from below."""
    most = even(max((sum(n for _, n in parts) for parts in values.values()), default=0.0))
    drawn = {at: _stack(parts, most) for at, parts in values.items()}
    return Chart(
        words=words,
        columns=frame.columns(said, drawn),
        scale=_scale(most, unit),
        flags=frame.flags,
        ticks=frame.ticks,
    )


def _stack(parts: Sequence[tuple[str, float]], most: float) -> tuple[Part, ...]:
    found, top = [], HIGH
    for tone, amount in parts:
        if amount > 0:
            height = max((HIGH - ROOM) * amount / (most or 1), 1.0)
            top -= height
            found.append(Part(tone, round(max(top, 0), 2), round(height, 2)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Line:
    """Values by step before they are drawn; a step that has none is a gap."""

    label: str
    tone: str
    values: Mapping[datetime, float] = field(default_factory=dict)


def lines(
    frame: Frame,
    curves: Sequence[Line],
    said: Mapping[datetime, str],
    *,
    words: str,
    unit: Words,
    least: float = 0.0,
) -> Chart:
    """Lines over the steps of the window. `least`: the top of the scale is not below this."""
    most = max((v for curve in curves for v in curve.values.values()), default=0.0)
    most = even(max(most, least))
    middle = timedelta(seconds=frame.window.wide / 2)
    drawn = tuple(
        Curve(
            curve.label,
            curve.tone,
            *_path([(frame.x(at + middle), curve.values.get(at)) for at in frame.steps], most),
        )
        for curve in curves
    )
    return Chart(
        words=words,
        columns=frame.columns(said),
        curves=drawn,
        scale=_scale(most, unit),
        flags=frame.flags,
        ticks=frame.ticks,
    )


def free(
    frame: Frame,
    curves: Sequence[tuple[str, str, Sequence[tuple[datetime, float]]]],
    *,
    words: str,
    unit: Words,
    apart: float,
) -> Chart:
    """Lines over points of their own (label, tone, points), from the least to the most of them.

    Points that are more than `apart` seconds from each other are not joined.
    """
    values = [value for _, _, points in curves for _, value in points]
    most, least = even(max(values, default=0.0)), min([0.0, *values])
    drawn = tuple(
        Curve(label, tone, *_path(_gapped(frame, points, apart), most, least))
        for label, tone, points in curves
    )
    return Chart(
        words=words,
        columns=frame.columns({}),
        curves=drawn,
        scale=_scale(most, unit, least),
        flags=frame.flags,
        ticks=frame.ticks,
    )


def _gapped(
    frame: Frame, points: Sequence[tuple[datetime, float]], apart: float
) -> list[tuple[float, float | None]]:
    found: list[tuple[float, float | None]] = []
    last: datetime | None = None
    for at, value in points:
        if last is not None and (at - last).total_seconds() > apart:
            found.append((0.0, None))
        found.append((frame.x(at), value))
        last = at
    return found


@dataclass(frozen=True, slots=True)
class Point:
    """A measured value of one execution."""

    at: datetime
    value: float
    tone: Tone
    words: str
    url: str


def dots(
    frame: Frame, points: Sequence[Point], *, words: str, unit: Words, are_links: bool = False
) -> Chart:
    """Each value is a dot; those that lead somewhere can be chosen, the newest of them at most."""
    most = even(max((point.value for point in points), default=0.0))
    linked = points[-MOST_LINKS:] if are_links else []
    plain = points[: len(points) - len(linked)]
    by_tone: dict[Tone, list[str]] = {}
    for point in plain:
        x, y = frame.x(point.at) * WIDE / 100, _y(point.value, most)
        by_tone.setdefault(point.tone, []).append(f"M{x:.1f} {y:.1f}h0")
    return Chart(
        words=words,
        dots=tuple(Dots(tone, "".join(paths)) for tone, paths in by_tone.items()),
        linked=tuple(
            Dot(f"{frame.x(p.at):.2f}%", f"{_y(p.value, most):.1f}%", p.tone, p.words, p.url)
            for p in linked
        ),
        scale=_scale(most, unit),
        flags=frame.flags,
        ticks=frame.ticks,
    )


def _path(
    points: Iterable[tuple[float, float | None]], most: float, least: float = 0.0
) -> tuple[str, str]:
    """Lines broken at gaps, and what stands by itself."""
    pieces: list[list[str]] = [[]]
    for x, value in points:
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{x * WIDE / 100:.1f} {_y(value, most, least):.1f}")
    lines = "".join(f"M{' '.join(piece)}" for piece in pieces if len(piece) > 1)
    return lines, "".join(f"M{piece[0]}h0" for piece in pieces if len(piece) == 1)


def even(most: float) -> float:
    """The next number that is easily halved: where a scale ends."""
    if most <= 0:
        return 0.0
    power = 10.0 ** floor(log10(most))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= most * 0.9999)


def _y(value: float, most: float, least: float = 0.0) -> float:
    return HIGH - (HIGH - ROOM) * (value - least) / ((most - least) or 1)


def _scale(most: float, unit: Words, least: float = 0.0) -> tuple[tuple[float, str], ...]:
    if most == least:
        return ((HIGH, unit(least)),)
    return tuple(
        (round(_y(value, most, least), 1), unit(value))
        for value in (least, (most + least) / 2, most)
    )
