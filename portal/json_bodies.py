"""JSON that programs send, as far as it can be kept: read by one parser for all of the API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 100  # levels


class StrictJson(JSONParser):
    """Refuses what the database could not keep, with the place where it stands, and a name twice.

    Programs in front of us may take the first of two, and we the last: what one has looked at is
    then not what the other does.
    """

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            text = stream.read().decode((parser_context or {}).get("encoding", "utf-8"))
            read = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        except RecursionError as error:
            raise ParseError(f"It is nested deeper than {DEEPEST} levels.") from error
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from error
        for place, flaw in _flaws(read):
            raise ParseError(f"{place or 'The body'}: {flaw}")
        return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:60]}” stands twice")
    return found


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _flaws(read: Any) -> Iterator[tuple[str, str]]:
    """Not by recursion: how deep it goes is said by who sends it."""
    left = [("", read, 0)]
    while left:
        place, value, depth = left.pop()
        if depth > DEEPEST:
            yield "", f"It is nested deeper than {DEEPEST} levels."
            return
        if isinstance(value, str):
            yield from ((place, flaw) for flaw in _unkept(value))
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from ((place, f"a name in it: {flaw}") for flaw in _unkept(key))
                left.append((f"{place}.{key}" if place else key, inner, depth + 1))
        elif isinstance(value, list):
            left += [(f"{place}[{at}]", inner, depth + 1) for at, inner in enumerate(value)]


def _unkept(text: str) -> Iterator[str]:
    if "\0" in text:
        yield "a NUL character can't be kept."
    elif not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
        yield "half of a surrogate pair is no character."
