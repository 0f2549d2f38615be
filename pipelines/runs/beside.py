"""A run beside the last good one: what differs, and what a person should look at. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal import figures
from portal.tones import Tone

# A result of another size than the last good one is worth a look; so is one that takes long.
ROWS_OFF = 0.5
MUCH_SLOWER = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What an attempt measured; None where it did not."""

    rows_in: int | None = None
    rows: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    before: str
    after: str
    difference: str
    tone: Tone = "good"
    icon: str = "good"
    verdict: str = "As before"


def rows(before: Measured, after: Measured) -> list[Row]:
    """Size first, then time."""
    return [
        _row("Rows read", before.rows_in, after.rows_in, figures.count, off=ROWS_OFF),
        _row("Rows made", before.rows, after.rows, figures.count, off=ROWS_OFF),
        _row("Size", before.bytes, after.bytes, figures.size, off=ROWS_OFF),
        _row("Time", before.seconds, after.seconds, figures.duration, slower=MUCH_SLOWER),
        _row("Memory at most", before.memory, after.memory, figures.size, slower=MUCH_SLOWER),
    ]


def sentence(before: Measured, after: Measured) -> str:
    """The one thing to know first, "" where there is nothing."""
    if before.rows is None and after.rows == 0:
        return "No rows at all, and no good run before it to hold that against."
    if not before.rows or after.rows is None:
        return ""
    factor = after.rows / before.rows
    if after.rows == 0:
        return "No rows at all; the last good run had some."
    if factor >= 1.9:
        whole = round(factor)
        words = {2: "Twice", 3: "Three times"}.get(whole, f"{factor:.1f} times")
        return f"{words} the rows of the last good run."
    if factor <= ROWS_OFF:
        return "At most half the rows of the last good run."
    return ""


def _row(
    name: str,
    before: float | None,
    after: float | None,
    words: Callable[[float | None], str],
    *,
    off: float | None = None,
    slower: float | None = None,
) -> Row:
    said = (words(before), words(after))
    difference = _difference(before, after)
    if before is None or after is None:
        return Row(name, *said, difference, "neutral", "neutral", "Not measured")
    ratio = after / before if before else (1.0 if after == before else 99.0)
    is_off = off is not None and abs(ratio - 1) >= off
    is_slow = slower is not None and ratio >= slower and after > 1
    if is_off or is_slow:
        return Row(name, *said, difference, "warn", "question", "Look at it")
    if slower is not None and ratio <= 1 / slower:
        return Row(name, *said, difference, verdict="Less than before")
    return Row(name, *said, difference)


def _difference(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return "–"
    if before == after:
        return "same"
    if not before:
        return "new"
    share = (after - before) / before
    return f"{'+' if share > 0 else '−'}{abs(share) * 100:.{0 if abs(share) >= 0.1 else 1}f} %"
