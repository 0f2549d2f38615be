"""The time that is looked at: the last hour, or from here to there; all of it in the address. Pure.

`span=1h` moves with the clock, `since` and `until` (ISO 8601 in UTC) stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from observability.logs.wanting import Window
from portal import instants

PRESETS = {
    "15m": (timedelta(minutes=15), "Last 15 minutes"),
    "1h": (timedelta(hours=1), "Last hour"),
    "6h": (timedelta(hours=6), "Last 6 hours"),
    "24h": (timedelta(days=1), "Last 24 hours"),
    "3d": (timedelta(days=3), "Last 3 days"),
    "7d": (timedelta(days=7), "Last 7 days"),
    "30d": (timedelta(days=30), "Last 30 days"),
}
USUAL = "1h"
AHEAD = timedelta(minutes=10)  # clocks of services may be ahead a little
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)
BARS = 72  # at most, of a histogram


class Unreadable(Exception):
    """A time that is none, in words; `field` is where it stood."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to before `until`. `preset` is "" where both are fixed."""

    since: datetime
    until: datetime
    preset: str = ""

    @property
    def is_moving(self) -> bool:
        """New lines may still come into it."""
        return bool(self.preset)

    @property
    def window(self) -> Window:
        return Window(self.since, self.until + AHEAD if self.is_moving else self.until)

    @property
    def label(self) -> str:
        if self.preset:
            return PRESETS[self.preset][1]
        same = self.since.date() == self.until.date()
        end = f"{self.until:%H:%M}" if same else f"{self.until.day} {self.until:%b, %H:%M}"
        return f"{self.since.day} {self.since:%b, %H:%M} to {end}"

    @property
    def asked(self) -> dict[str, str]:
        """How it stands in the address."""
        if self.preset:
            return {} if self.preset == USUAL else {"span": self.preset}
        return {"since": written(self.since), "until": written(self.until)}

    @property
    def step(self) -> int:
        """Seconds of one bar of a histogram."""
        seconds = (self.until - self.since).total_seconds()
        return next((step for step in STEPS if seconds / step <= BARS), 86_400)


def read(given: Mapping[str, str], now: datetime) -> Span:
    """What an address says; the last hour where it says nothing. Raises Unreadable."""
    since, until = given.get("since", "").strip(), given.get("until", "").strip()
    if since or until:
        end = _time(until, "until") if until else now
        start = _time(since, "since") if since else end - PRESETS[USUAL][0]
        if start >= end:
            raise Unreadable("The end of the time lies before its beginning.", "until")
        return Span(start, end)
    name = given.get("span", "").strip() or USUAL
    if name not in PRESETS:
        raise Unreadable(f"There is no span “{name}”: there are {', '.join(PRESETS)}.", "span")
    return Span(now - PRESETS[name][0], now, name)


def written(at: datetime) -> str:
    """As an address has it: to the millisecond, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(text: str, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(
            f"“{text}” is no time: write it as 2026-11-20T14:00:00Z, in UTC.", field
        ) from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not instants.is_sensible(found):
        raise Unreadable(f"Nothing lies at “{text}”. {instants.SENSIBLE}", field)
    return found
