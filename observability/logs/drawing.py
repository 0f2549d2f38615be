"""The histogram as it is drawn: columns of levels, times below, what was deployed above. Pure.

Everything is in percent of the width and the height, so that it is drawn once for every screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil, floor

from observability.logs import levels
from observability.logs.spans import Span
from observability.logs.stores.base import Bar
from portal import figures
from portal.tones import Tone

HIGHEST = 92.0  # percent of the height that the longest column has
ORDER: tuple[Tone, ...] = ("neutral", "warn", "bad")  # from below
WORDS = {"bad": "error", "warn": "warning"}
MOST_TICKS, NARROW_TICKS = 8, 4
MOST_WITH_SECONDS = 7  # "09:30:15" wants more room than "09:30"
SECOND, MINUTE, HOUR, DAY, WEEK = 1, 60, 3600, 86_400, 604_800
ROUND = (  # seconds between two labels of the axis
    *(SECOND * n for n in (1, 2, 5, 10, 15, 30)),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2)),
    WEEK,
)
MONDAY = 4 * DAY  # the first one of the epoch: where weeks begin
EDGE = 4.0  # percent of the width in which a label would run out of the picture
# Words of flags are this long at most; a letter of them is so wide, and the picture at least so
# wide on a telephone and on a screen, in pixels
LONGEST, LETTER, NARROW, WIDE = 36, 5.6, 320.0, 500.0


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one tone in a column."""

    tone: Tone
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Column:
    """A step of time; `since` to `until` is what it zooms into."""

    x: str
    width: str
    since: datetime
    until: datetime
    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that changed, where it stands; `has_room` for its words, or `is_wide_only`."""

    x: str
    title: str
    words: str
    url: str
    icon: str
    tone: Tone
    has_room: bool
    is_wide_only: bool
    is_left: bool  # the words stand on its left


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that changed, before it is drawn."""

    at: datetime
    title: str
    url: str
    icon: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Tick:
    """A round instant: a date at midnight, else a time."""

    x: str
    label: str
    anchor: str
    is_wide_only: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A histogram of `total` lines."""

    columns: tuple[Column, ...]
    flags: tuple[Flag, ...]
    ticks: tuple[Tick, ...]
    total: int
    most: int  # in one column
    step: str
    words: str


def drawn(bars: Iterable[Bar], marks: Sequence[Mark], span: Span) -> Chart:
    """Columns of all steps of the span, empty ones too, so that each can be chosen."""
    step = timedelta(seconds=span.step)
    found: dict[int, dict[Tone, int]] = {}
    for bar in bars:
        place = found.setdefault(int(bar.at.timestamp()), {})
        tone = levels.tone(bar.severity)
        place[tone] = place.get(tone, 0) + bar.lines
    most = max((sum(place.values()) for place in found.values()), default=0)
    first = int(span.since.timestamp()) // span.step * span.step
    columns = tuple(
        _column(datetime.fromtimestamp(at, UTC), step, found.get(at, {}), most, span)
        for at in range(first, int(span.until.timestamp()) + 1, span.step)
        if datetime.fromtimestamp(at, UTC) < span.until
    )
    total = sum(sum(place.values()) for place in found.values())
    return Chart(
        columns=columns,
        flags=tuple(flags(marks, span)),
        ticks=tuple(ticks(span)),
        total=total,
        most=most,
        step=length(span.step),
        words=_summary(found, total, marks),
    )


def length(seconds: int) -> str:
    """ "30 s", "5 min", "2 h": steps are whole."""
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"


def place(at: datetime, span: Span) -> float:
    """Where a time stands, in percent of the width."""
    return 100 * ((at - span.since) / (span.until - span.since))


def _column(at: datetime, step: timedelta, lines: dict[Tone, int], most: int, span: Span) -> Column:
    since, until = max(at, span.since), min(at + step, span.until)
    left, right = place(since, span), place(until, span)
    parts, top = [], 100.0
    for tone in ORDER:
        if number := lines.get(tone, 0):
            height = max(HIGHEST * number / most, 1.0)
            top -= height
            parts.append(Part(tone, f"{max(top, 0):.2f}%", f"{height:.2f}%"))
    return Column(
        x=f"{left:.3f}%",
        width=f"{max((right - left) * 0.86, 0.1):.3f}%",
        since=since,
        until=until,
        words=f"{clock(since, span)}: {_numbers(lines)}",
        parts=tuple(parts),
    )


def _numbers(lines: dict[Tone, int]) -> str:
    total = sum(lines.values())
    if not total:
        return "no lines"
    said = [figures.times(total, "line")]
    said += [figures.times(lines[tone], word) for tone, word in WORDS.items() if lines.get(tone)]  # type: ignore[index, call-overload]
    return ", ".join(said)


def _summary(found: dict[int, dict[Tone, int]], total: int, marks: Sequence[Mark]) -> str:
    bad = sum(place.get("bad", 0) for place in found.values())
    said = [figures.times(total, "line")]
    if bad:
        said.append(figures.times(bad, "error"))
    if marks:
        said.append(f"{figures.times(len(marks), 'change')} of what is deployed")
    return ", ".join(said)


def flags(marks: Sequence[Mark], span: Span) -> Iterable[Flag]:
    """Marks in their order; words only where they lie over no others and inside the picture."""
    wide, narrow = _Row(WIDE), _Row(NARROW)
    for mark in sorted(marks, key=lambda one: one.at):
        at = place(mark.at, span)
        words = mark.title if len(mark.title) <= LONGEST else f"{mark.title[: LONGEST - 1]}…"
        is_left = at > 50 and not narrow.reaches(at, words)
        has_room = wide.takes(at, words, is_left=is_left)
        yield Flag(
            x=f"{at:.2f}%",
            title=mark.title,
            words=words,
            url=mark.url,
            icon=mark.icon,
            tone=mark.tone,
            has_room=has_room,
            is_wide_only=has_room and not narrow.takes(at, words, is_left=is_left),
            is_left=is_left,
        )


class _Row:
    """The row of words above a picture of this width, filled from left to right."""

    def __init__(self, width: float) -> None:
        self.letter = 100 * LETTER / width
        self.taken = -self.letter  # up to here words stand, in percent; a mark may lie on the edge

    def reaches(self, at: float, words: str) -> bool:
        """Whether these words end before the right edge."""
        return at + len(words) * self.letter <= 100

    def takes(self, at: float, words: str, *, is_left: bool) -> bool:
        """Whether there is room for these words; then it is taken."""
        length = (len(words) + 1) * self.letter  # and a letter between two
        start = at - length if is_left else at
        has_room = start >= self.taken and (is_left or self.reaches(at, words))
        self.taken = max(start + length, self.taken) if has_room else self.taken
        return has_room


def ticks(span: Span) -> Iterable[Tick]:
    """As many round instants as there is room for; on a telephone every second one."""
    since, until = span.since.timestamp(), span.until.timestamp()
    is_short = until - since < MOST_TICKS * MINUTE
    least = (until - since) / (MOST_WITH_SECONDS if is_short else MOST_TICKS)
    every = next((one for one in ROUND if one >= least), ceil(least / WEEK) * WEEK)
    first = MONDAY if every % WEEK == 0 else 0
    numbers = range(ceil((since - first) / every), floor((until - first) / every) + 1)
    for n in numbers:
        at = datetime.fromtimestamp(first + n * every, UTC)
        x = place(at, span)
        anchor = "start" if x < EDGE else "end" if x > 100 - EDGE else "middle"
        is_wide_only = len(numbers) > NARROW_TICKS and n % 2 == 1
        yield Tick(f"{x:.2f}%", _label(at, every), anchor, is_wide_only)


def _label(at: datetime, every: int) -> str:
    if at.time() == time.min:
        return f"{at.day} {at:%b}"
    return f"{at:%H:%M:%S}" if every < MINUTE else f"{at:%H:%M}"


def clock(at: datetime, span: Span) -> str:
    width = span.until - span.since
    if width > timedelta(days=2):
        return f"{at.day} {at:%b %H:%M}"
    return f"{at:%H:%M:%S}" if span.step < 60 else f"{at:%H:%M}"
