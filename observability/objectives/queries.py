"""How the portal itself does: its promises over 7 and 30 days, its parts, what it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from observability.objectives import budget, parts
from observability.objectives.base import Counted, Missed, Objective
from observability.objectives.budget import Standing
from portal import health
from portal.tones import Tone

WINDOWS = (7, 30)  # days
STATES: dict[str, tuple[Tone, str]] = {
    "ready": ("good", "good"),
    "quiet": ("neutral", "neutral"),
    "degraded": ("warn", "warn"),
    "not ready": ("bad", "bad"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise and how it was kept, by days looked back."""

    objective: Objective
    standings: tuple[tuple[int, Standing], ...]

    @property
    def missed(self) -> tuple[Missed, ...]:
        """What most often was not as promised in the shortest of these times."""
        return self.standings[0][1].counted.missed


@dataclass(frozen=True, slots=True)
class Part:
    """One part that /readyz tells of."""

    name: str
    said: tuple[Tone, str, str]
    message: str


def kept(now: datetime) -> list[Kept]:
    """Each promise, measured; a query for each and each time."""
    objectives: list[Objective] = [import_string(path)() for path in settings.OBJECTIVES]
    return [Kept(one, tuple(_standings(one, now))) for one in objectives]


def _standings(objective: Objective, now: datetime) -> Iterator[tuple[int, Standing]]:
    """The shortest time first: where it has more rows than are looked at, a longer has the same."""
    found: Counted | None = None
    for days in WINDOWS:
        if found is None or not found.is_cut:
            found = objective.count(now - timedelta(days=days), now)
        yield days, budget.standing(found, objective.target)


def standing_parts() -> list[Part]:
    """As /readyz answers."""
    _, told = health.parts()
    return [
        Part(name, (*STATES.get(part["state"], STATES["degraded"]), part["state"]), part["message"])
        for name, part in told.items()
    ]


@dataclass(frozen=True, slots=True)
class Ground:
    """What it stands on."""

    versions: list[tuple[str, str]]
    disks: list[parts.Disk]
    days: list[parts.Days]
    backup: tuple[Tone, str, str]


def ground(now: datetime) -> Ground:
    """Versions, disks, days of telemetry, the newest backup; two queries."""
    return Ground(parts.versions(), parts.disks(), parts.days(), parts.backup(now))
