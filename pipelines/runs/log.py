"""The tail of an attempt's log as lines: time, text, and how much a glance should stop. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.tones import Tone

LINE = re.compile(r"^(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ ]*) (?P<text>.*)$")
BAD = re.compile(r"\b(fail|failed|error|killed|refused|exceeded|crashed)\b", re.IGNORECASE)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    clock: str
    text: str
    tone: Tone


def lines(text: str) -> list[Line]:
    """The last lines, oldest first."""
    return [_line(one) for one in text.splitlines()[-SHOWN:] if one.strip()]


def _line(text: str) -> Line:
    found = LINE.match(text)
    said = found["text"] if found else text
    tone: Tone = "bad" if BAD.search(said) else "neutral"
    return Line(found["at"][11:19] if found else "", said, tone)
