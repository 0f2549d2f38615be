"""Searches to which other floors lead: of a run, a deployment, a client. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from observability.logs.asking import Asked
from observability.logs.language import Term, attribute, field, joined
from observability.logs.spans import PRESETS, Span

BEFORE, AFTER = timedelta(minutes=5), timedelta(minutes=30)

__all__ = ["around", "attribute", "field", "lately"]


def around(*terms: Term, began: datetime, ended: datetime | None, now: datetime) -> str:
    """The query string for what was written while something went on, and a little around it.

    As long as that time is not over it moves with the clock, so that new lines come in.
    """
    since, until = began - BEFORE, (ended or now) + AFTER
    if until <= now:
        return Asked(joined(terms), Span(since, until)).address()
    # Room for what is followed: its beginning shall not slide out meanwhile
    reached = since - AFTER
    name = next((name for name, (length, _) in PRESETS.items() if now - length <= reached), "30d")
    return lately(*terms, span=name, now=now)


def lately(*terms: Term, span: str, now: datetime) -> str:
    """The query string for the time of a preset up to now."""
    return Asked(joined(terms), Span(now - PRESETS[span][0], now, span)).address()
