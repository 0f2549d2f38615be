"""The time that is looked at, in a few dozen steps, and the time before it. Pure.

`span=24h` moves with the clock, `since` and `until` (ISO 8601 in UTC) stay, as in the log explorer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from observability.logs import asking
from observability.logs import drawing as logs
from observability.logs.spans import Span, written
from observability.traces.steps import KEPT, STEPS, step_of
from portal.errors import Refused

PRESETS = {
    "1h": ("1 hour", timedelta(hours=1)),
    "6h": ("6 hours", timedelta(hours=6)),
    "24h": ("24 hours", timedelta(hours=24)),
    "7d": ("7 days", timedelta(days=7)),
    "30d": ("30 days", timedelta(days=30)),
}
USUAL = "24h"
LONGEST = timedelta(days=31)
SHORTEST = timedelta(minutes=1)
WIDTHS = (60, 300, 600, 1200, 3600, 10_800, 21_600, 43_200, 86_400)  # seconds of a step
MOST = 73  # steps that are drawn


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` to before `until`, in steps of `wide` seconds; `preset` is "" where it stays."""

    since: datetime
    until: datetime
    wide: int
    seconds: float  # of it that are over
    preset: str = ""

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @property
    def before(self) -> Window:
        """The same time once more, just before."""
        whole = self.length.total_seconds()
        return Window(self.since - self.length, self.since, self.wide, whole)

    @property
    def span(self) -> Span:
        """The same as the explorer of logs calls it."""
        return Span(self.since, self.until)

    @property
    def asked(self) -> dict[str, str]:
        """How it stands in an address."""
        if self.preset:
            return {"span": self.preset}
        return {"since": written(self.since), "until": written(self.until)}

    @property
    def words(self) -> str:
        """ "24 hours"; of a time that stays its beginning and its end."""
        return PRESETS[self.preset][0] if self.preset else self.span.label

    @property
    def step(self) -> str:
        """ "20 min", "1 h": one step."""
        return logs.length(self.wide)

    @property
    def ending(self) -> str:
        """ "the 24 hours before"."""
        return f"the {self.words} before" if self.preset else "the time before"


def read(given: Mapping[str, str], now: datetime) -> Window:
    """What an address says, 24 hours where it says nothing; nonsense is refused in words."""
    if given.get("since", "").strip() or given.get("until", "").strip():
        span = asking.span(given, now)
        return of(span.since, min(span.until, now + SHORTEST), now=now)
    name = given.get("span", "").strip() or USUAL
    if name not in PRESETS:
        raise Refused(f"There is no span “{name}”: there are {', '.join(PRESETS)}.", field="span")
    return of(now - PRESETS[name][1], now, now=now, preset=name)


def of(since: datetime, until: datetime, *, now: datetime, preset: str = "") -> Window:
    """A window whose ends lie on steps that are counted."""
    if until - since > LONGEST + SHORTEST:
        raise Refused("Health is looked at over 31 days at most: choose less.", field="since")
    if until <= since:
        raise Refused("This time has not come yet.", field="since")
    first = since - (until - since)  # of the time before
    coarse = next(step for step in STEPS if step not in KEPT or now - first <= KEPT[step])
    seconds = (until - since).total_seconds()
    wide = next((w for w in WIDTHS if w % coarse == 0 and seconds / w < MOST), WIDTHS[-1])
    least = step_of(wide)
    since, end = _floor(since, least), _ceiling(until, least)
    return Window(since, end, wide, (min(end, max(until, now)) - since).total_seconds(), preset)


def _floor(at: datetime, step: int) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp()) // step * step, UTC)


def _ceiling(at: datetime, step: int) -> datetime:
    return datetime.fromtimestamp(-(-int(at.timestamp()) // step) * step, UTC)
