"""Numbers as people and programs type them into addresses and forms. Pure."""

from __future__ import annotations

MOST_DIGITS = 18  # a longer number is none of ours; Python refuses to read one of thousands


def whole(text: str) -> int | None:
    """The number that a text is, from 0 up; None where it is none, or none of ours."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
