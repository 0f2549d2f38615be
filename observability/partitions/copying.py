"""Rows as PostgreSQL's COPY takes them: text format, one line a row. Pure.

Written for speed: it runs once for each line that any service logs. See "COPY", File Formats, Text
Format in PostgreSQL's manual.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

NOTHING = "\\N"
BILLION = 1_000_000_000


def escaped(text: str) -> str:
    """`text` as a field: NUL can't be stored and becomes U+FFFD."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    if "\t" in text:
        text = text.replace("\t", "\\t")
    if "\r" in text:
        text = text.replace("\r", "\\r")
    return text.replace("\0", "\ufffd") if "\0" in text else text


def instant(nanoseconds: int) -> str:
    """A timestamptz to the microsecond, finer is not kept there."""
    seconds, rest = divmod(nanoseconds, BILLION)
    return f"{_second(seconds)}.{rest // 1000:06d}+00"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
