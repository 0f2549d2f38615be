"""Levels by word and by OpenTelemetry's severity numbers. Pure."""

from __future__ import annotations

LEAST = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}


def word(severity: int) -> str:
    """The level of a severity number; "" where it is unknown."""
    found = [name for name, least in LEAST.items() if least <= severity]
    return found[-1] if found else ""


def least(level: str) -> int | None:
    """The least severity of a level by its word; None where there is no such level."""
    return LEAST.get({"warning": "warn", "critical": "fatal"}.get(level, level))
