"""Numbers as people say them: durations, sizes, counts, differences. Pure."""

from __future__ import annotations

from datetime import timedelta

MINUTE, HOUR, DAY = 60, 3600, 86_400
SIZES = ("B", "kB", "MB", "GB", "TB")


def duration(seconds: float | timedelta | None) -> str:
    """41 ms, 4.8 s, 2 m 14 s, 1 h 03 m, 3 d 4 h; a dash where nothing was measured."""
    if seconds is None:
        return "–"
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    if seconds < MINUTE:
        return _short(seconds)
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} m {int(seconds % MINUTE):02} s"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h {int(seconds % HOUR // MINUTE):02} m"
    return f"{int(seconds // DAY)} d {int(seconds % DAY // HOUR)} h"


def _short(seconds: float) -> str:
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def size(amount: float | None) -> str:
    """Bytes in powers of a thousand: 912 B, 2.1 kB, 34 MB; a dash where nothing was measured."""
    if amount is None:
        return "–"
    power = 0
    while amount >= 1000 and power < len(SIZES) - 1:
        amount /= 1000
        power += 1
    digits = 1 if power and amount < 10 else 0
    return f"{amount:.{digits}f} {SIZES[power]}"


def count(number: float | None) -> str:
    """27,004; a dash where nothing was counted."""
    return "–" if number is None else f"{number:,}"


def times(number: int, noun: str, plural: str = "") -> str:
    """ "1 run", "3 runs": a number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


SMALL = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def in_words(number: int) -> str:
    """Numbers that begin a sentence: "Three", from ten on "10"."""
    return SMALL[number] if 0 <= number < len(SMALL) else f"{number:,}"


def difference(before: float | None, after: float | None) -> str:
    """ "+16", "−8 %", "same": an absolute difference below 100, a share above."""
    if before is None or after is None:
        return "–"
    if before == after:
        return "same"
    sign = "+" if after > before else "−"
    if before and abs(before) >= 100:
        return f"{sign}{abs(after - before) / abs(before):.1%}".replace("%", " %")
    gap = abs(after - before)
    return f"{sign}{gap:,}" if isinstance(gap, int) else f"{sign}{gap:,.2f}"
