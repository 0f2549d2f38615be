"""Reading JSON with the place of every value, which the standard library does not tell. Pure."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator

from portal.files.events import Event, Mark, Unreadable
from portal.files.findings import Finding

# What stands between tokens is searched past: named here, it would be read anew at each place.
TOKEN = re.compile(
    r'(?P<open>[{\[])|(?P<end>[}\]])|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[^\s,:{}\[\]"]+)'
)


def read(text: str) -> Iterator[Event]:
    """The events of a JSON text. Unreadable says where the text stops being JSON."""
    _check(text)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def mark(index: int) -> Mark:
        line = bisect_right(starts, index) - 1
        return Mark(line, index - starts[line], index)

    for found in TOKEN.finditer(text):
        kind = str(found.lastgroup)
        start, end = mark(found.start(kind)), mark(found.end(kind))
        written = found[kind]
        if kind == "open":
            yield Event("map" if written == "{" else "list", start, end)
        elif kind == "end":
            yield Event("end", start, end)
        elif kind == "text":
            yield Event("scalar", start, end, json.loads(written, strict=False), '"')
        else:
            yield Event("scalar", start, end, written)


def _check(text: str) -> None:
    """Let the standard library decide whether it is JSON at all; its values are not wanted."""
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=len, parse_float=len)
    except json.JSONDecodeError as error:
        words = error.msg[0].lower() + error.msg[1:]
        message = f"This can't be read as JSON: {words}."
        raise Unreadable(Finding(message, (), error.lineno, error.colno)) from error
    except RecursionError as error:
        raise Unreadable(Finding("This is nested too deeply to be read.")) from error


def _refuse_constant(word: str) -> None:
    raise Unreadable(Finding(f"{word} is not a number that JSON knows."))
