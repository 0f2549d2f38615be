"""Changes as people read them: by day, each with an icon and a tone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from observability.changes.linking import Beside
from portal.tones import Tone

ICONS = {
    "release": "release",
    "deployment": "deploy",
    "rollback": "undo",
    "configuration": "configuration",
    "rejection": "ban",
    "lift": "check",
    "hold": "pause",
    "resume": "play",
    "run": "run",
    "redelivery": "send",
    "incident": "bell",
}
# What a kind means when it went well; else the outcome gives the tone
CALM: dict[str, Tone] = {
    "release": "neutral",
    "deployment": "good",
    "rollback": "warn",
    "configuration": "info",
    "rejection": "bad",
    "lift": "info",
    "hold": "warn",
    "resume": "info",
    "run": "info",
    "redelivery": "info",
    "incident": "bad",
}
TROUBLE: dict[str, Tone] = {
    "running": "running",
    "failed": "bad",
    "aborted": "neutral",
    "refused": "warn",
}


class Timed(Protocol):
    """What a line on the axis needs to know of a change."""

    started_at: datetime
    kind: str
    outcome: str


Row = TypeVar("Row", bound=Timed)


@dataclass(frozen=True, slots=True)
class Line(Generic[Row]):
    """A change with how it looks, and what was said and done around it."""

    change: Row
    icon: str
    tone: Tone
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Day(Generic[Row]):
    """The changes of one day (UTC), newest first."""

    title: str
    lines: list[Line[Row]]


def days(
    changes: Iterable[Row], today: date, beside: Callable[[Row], Beside | None] = lambda _: None
) -> list[Day[Row]]:
    """Changes by day. They come newest first and stay so."""
    return [
        Day(
            name_of(day, today),
            [Line(row, icon(row.kind), tone(row.kind, row.outcome), beside(row)) for row in rows],
        )
        for day, rows in groupby(changes, key=lambda change: change.started_at.date())
    ]


def name_of(day: date, today: date) -> str:
    """ "Today", "Yesterday", "Wednesday 18 November", with the year where it is another one."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def icon(kind: str) -> str:
    return ICONS.get(kind, "change")


def tone(kind: str, outcome: str) -> Tone:
    return TROUBLE.get(outcome) or CALM.get(kind, "neutral")
