"""JSON that programs send, as far as it can be kept: read by one parser for all of the API."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError

from portal.bodies import Bounded
from portal.errors import TooLarge
from portal.framework_words import of_json

DEEPEST = 100  # levels

# Where something stands: what it is in, and its name or number there; nothing for the body. Written
# out for a flaw alone: with long names the places of all values are larger than the body, by far.
Place = tuple["Place", str | int] | None


class StrictJson(Bounded):
    """Refuses what the database could not keep, with the place where it stands, and a name twice.

    Programs in front of us may take the first of two, and we the last: what one has looked at is
    then not what the other does. It is no JSONParser: bodies for those are read before by REST
    framework, all within one bound, and beyond it the answer is no problem+json.
    """

    media_type = "application/json"
    too_large = "This request is larger than {megabytes} MB. Send a smaller one."

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = self.read(stream)
        if len(raw) > self.most:
            raise TooLarge(self.too_large.format(megabytes=self.most // 1024 // 1024))
        try:
            text = raw.decode((parser_context or {}).get("encoding", "utf-8"))
            read = json.loads(
                text,
                object_pairs_hook=_once,
                parse_constant=_no_number,
                parse_float=_finite,
                parse_int=_short,
            )
        except RecursionError as error:
            raise ParseError(f"It is nested deeper than {DEEPEST} levels.") from error
        except ValueError as error:
            raise ParseError(of_json(error)) from error
        for place, flaw in _flaws(read):
            raise ParseError(f"{_written(place) or 'The body'}: {flaw}")
        return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"“{twice[:60]}” stands twice")
    return found


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _short(written: str) -> int:
    try:
        return int(written)
    except ValueError:  # of thousands of digits, which Python takes too long to read
        raise ValueError(f"{written[:60]}… is larger than numbers get here") from None


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise ValueError(f"{written[:60]} is larger than numbers get here")
    return number


def _flaws(read: Any) -> Iterator[tuple[Place, str]]:
    """Not by recursion: how deep it goes is said by who sends it."""
    left: list[tuple[Place, Any, int]] = [(None, read, 0)]
    while left:
        place, value, depth = left.pop()
        if depth > DEEPEST:
            yield None, f"It is nested deeper than {DEEPEST} levels."
            return
        if isinstance(value, str):
            yield from ((place, flaw) for flaw in _unkept(value))
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from ((place, f"a name in it: {flaw}") for flaw in _unkept(key))
                left.append(((place, key), inner, depth + 1))
        elif isinstance(value, list):
            left += [((place, at), inner, depth + 1) for at, inner in enumerate(value)]


def _written(place: Place) -> str:
    steps = []
    while place is not None:
        place, step = place
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step[:60]}")
    return "".join(reversed(steps)).removeprefix(".")


def _unkept(text: str) -> Iterator[str]:
    if "\0" in text:
        yield "a NUL character can't be kept."
    elif not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
        yield "half of a surrogate pair is no character."
