"""Levels by word and by OpenTelemetry's severity numbers. Pure."""

from __future__ import annotations

from portal.tones import Tone

LEAST = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}
ALSO = {"warning": "warn", "critical": "fatal", "err": "error", "information": "info"}
HIGHEST = 24
TONES: dict[str, Tone] = {"warn": "warn", "error": "bad", "fatal": "bad"}


def word(severity: int) -> str:
    """The level of a severity number; "" where it is unknown."""
    found = [name for name, least in LEAST.items() if least <= severity]
    return found[-1] if found else ""


def least(level: str) -> int | None:
    """The least severity of a level by its word; None where there is no such level."""
    return LEAST.get(ALSO.get(level, level))


def canonical(level: str) -> str:
    """The one word for a level; "" where there is no such level."""
    name = ALSO.get(level, level)
    return name if name in LEAST else ""


def floor(severity: int) -> int:
    """The least severity of the level that this one belongs to; 0 where it is unknown."""
    return FLOORS[severity] if 0 <= severity <= HIGHEST else 0


def span(level: str) -> tuple[int, int]:
    """First and last severity of "error"; of "error+" up to the highest."""
    name = level.removesuffix("+")
    first = LEAST[name]
    if level.endswith("+"):
        return first, HIGHEST
    above = [least for least in LEAST.values() if least > first]
    return first, (min(above) - 1 if above else HIGHEST)


def tone(severity: int) -> Tone:
    return TONES.get(word(severity), "neutral")


FLOORS = [max((n for n in LEAST.values() if n <= number), default=0) for number in range(25)]
