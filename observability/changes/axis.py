"""The axis of changes as a picture: a time in even steps, and what happened in each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from observability.changes.marks import Mark
from observability.changes.timeline import TROUBLE
from portal.errors import Refused

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEPS = (
    *(MINUTE, MINUTE * 5, MINUTE * 15, MINUTE * 30, HOUR, HOUR * 3, HOUR * 6, HOUR * 12),
    *(DAY, DAY * 2, DAY * 7, DAY * 30, DAY * 90),
)
MOST_BARS = 84
PRESETS = {"1": "24 hours", "7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year"}
USUAL = "30"
SHORTEST, LONGEST = MINUTE * 10, DAY * 1830
WIDTH, HEIGHT, FOOT, GAP = 1000.0, 84.0, 66.0, 2.0
GROUPS = ("deployed", "back", "trouble", "other")  # from the bottom of a bar upwards
WORDS = {
    "deployed": "deployed or released",
    "back": "taken back, paused or rejected",
    "trouble": "failed or broken",
    "other": "other",
}
DEPLOYED = ("deployment", "release", "configuration")
BACK = ("rollback", "rejection", "hold")


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, up to but without `until`, in even steps."""

    since: datetime
    until: datetime
    step: timedelta

    @property
    def is_short(self) -> bool:
        """Whether a look closer shows no more."""
        return self.until - self.since <= SHORTEST

    def wider(self, now: datetime) -> tuple[datetime, datetime]:
        """Twice as much around the middle, never into the future."""
        return self._moved(-0.5, 0.5, now)

    def closer(self) -> tuple[datetime, datetime]:
        """The half in the middle."""
        quarter = (self.until - self.since) / 4
        return self.since + quarter, self.until - quarter

    def earlier(self) -> tuple[datetime, datetime]:
        half = (self.until - self.since) / 2
        return self.since - half, self.until - half

    def later(self, now: datetime) -> tuple[datetime, datetime]:
        return self._moved(0.5, 0.5, now)

    def _moved(self, first: float, last: float, now: datetime) -> tuple[datetime, datetime]:
        length = self.until - self.since
        since, until = self.since + length * first, self.until + length * last
        over = max(until - max(now, self.until), timedelta())
        return max(since - over, until - over - LONGEST), until - over


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: how many of a group, drawn."""

    group: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What happened in one step; `x` and `width` are of the picture."""

    x: float
    width: float
    since: datetime
    until: datetime
    number: int
    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """What others add to the axis, such as a pattern of logs that was never seen before."""

    x: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Axis:
    """The picture."""

    span: Span
    bars: Sequence[Bar]
    flags: Sequence[Flag]
    ticks: Sequence[tuple[float, str]]
    most: int
    number: int


def span(*, days: str, since: str, until: str, now: datetime) -> Span:
    """The time that someone chose, in steps that are round."""
    if since or until:
        end = _instant(until, "until", now) if until else now
        start = _instant(since, "since", now) if since else end - DAY * int(USUAL)
    else:
        if days and days not in PRESETS:
            raise Refused(f"“{days}” days is none of {', '.join(PRESETS)}.", field="days")
        start, end = now - DAY * int(days or USUAL), now
    if end <= start:
        raise Refused("The time ends before it begins: since comes before until.", field="until")
    if end - start > LONGEST:
        raise Refused(f"At most {LONGEST.days:,} days are shown at once.", field="since")
    end = max(end, start + SHORTEST)
    step = next((each for each in STEPS if (end - start) / each <= MOST_BARS), STEPS[-1])
    return Span(start, end, step)


def drawn(
    happened: Iterable[tuple[datetime, str, str]], chosen: Span, marks: Iterable[Mark] = ()
) -> Axis:
    """The picture of (when, kind, outcome), each counted in its step."""
    first = floor(chosen.since, chosen.step)
    count = -((first - chosen.until) // chosen.step)
    tally: list[dict[str, int]] = [dict.fromkeys(GROUPS, 0) for _ in range(count)]
    for at, kind, outcome in happened:
        number = (at - first) // chosen.step
        if 0 <= number < count:
            tally[number][group(kind, outcome)] += 1
    most = max((sum(each.values()) for each in tally), default=0)
    width = WIDTH / max(count, 1)
    bars = [
        _bar(number, each, width, most, first + chosen.step * number, chosen.step)
        for number, each in enumerate(tally)
    ]
    length = chosen.step * count
    flags = [
        Flag(round((mark.at - first) / length * WIDTH, 1), mark)
        for mark in marks
        if first <= mark.at < first + length
    ]
    number = sum(sum(each.values()) for each in tally)
    return Axis(chosen, bars, flags, _ticks(bars, chosen.step), most, number)


def group(kind: str, outcome: str) -> str:
    """Which colour a change has on the axis."""
    if kind == "incident" or TROUBLE.get(outcome) == "bad":
        return "trouble"
    return "deployed" if kind in DEPLOYED else "back" if kind in BACK else "other"


def floor(at: datetime, step: timedelta) -> datetime:
    """The beginning of the step that an instant lies in: whole steps of UTC."""
    epoch = datetime(2000, 1, 3, tzinfo=UTC)  # a Monday, so that weeks begin as people say
    return epoch + (at - epoch) // step * step


def _bar(
    number: int,
    tally: dict[str, int],
    width: float,
    most: int,
    since: datetime,
    step: timedelta,
) -> Bar:
    parts, top = [], FOOT
    for name in GROUPS:
        if tally[name]:
            height = max(tally[name] / most * (FOOT - 4), 1.5)
            top -= height
            parts.append(Part(name, round(top, 1), round(height, 1)))
    total = sum(tally.values())
    listed = ", ".join(f"{tally[name]} {WORDS[name]}" for name in GROUPS if tally[name])
    words = f"{_when(since, step)}: {listed or 'nothing'}"
    x = round(number * width + GAP / 2, 1)
    return Bar(x, round(width - GAP, 1), since, since + step, total, words, tuple(parts))


def _when(at: datetime, step: timedelta) -> str:
    day = f"{at.day} {at:%b} {at.year}"
    return day if step >= DAY else f"{day} {at:%H:%M}"


def _ticks(bars: Sequence[Bar], step: timedelta) -> list[tuple[float, str]]:
    """About eight words below, each where its bar begins, in percent of the picture."""
    every = max(len(bars) // 8, 1)
    shown = "%H:%M" if step < HOUR else "%-d %b %H:%M" if step < DAY else "%-d %b"
    return [
        (round(bar.x / WIDTH * 100, 1), bar.since.strftime(shown))
        for number, bar in enumerate(bars)
        if number % every == 0 and bar.x < WIDTH * 0.93
    ]


def _instant(text: str, field: str, now: datetime) -> datetime:
    """A day, or an instant with its offset; without one it is UTC."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
        found = datetime.fromisoformat(text.replace(" ", "+"))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or not datetime(1990, 1, 1, tzinfo=UTC) < found < now + LONGEST:
        raise Refused(
            f"“{text}” is no time. Write one such as 2026-09-01 or 2026-09-01T14:00:00Z.",
            field=field,
        )
    return found
