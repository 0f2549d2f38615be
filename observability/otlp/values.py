"""OTLP's values as JSON has them: masked, and without what PostgreSQL stores nowhere. Pure.

Written for speed: a line costs some microseconds in all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from portal import masks

MOST_CHARACTERS = 64_000  # of a message
MOST_VALUES = 128  # attributes of one record
DEEPEST = 8  # lists and maps inside of each other; what lies deeper is left out
SHORT = 200  # characters of a name that is worth remembering
UUID_DIGITS = 32


@dataclass(slots=True)
class LeftOut:
    """What is not kept: counted where it is left out, so that nothing is looked at twice."""

    count: int = 0  # attributes, events, links, and values that lie too deep
    records: int = 0  # that lack some of these


written = json.JSONEncoder(ensure_ascii=False).encode  # made once: dumps() makes one a call


def text(given: str) -> str:
    """Masked, and without NUL."""
    return masks.mask(given.replace("\0", "\ufffd") if "\0" in given else given)


def name(given: str) -> str:
    """The same of what comes again and again."""
    return _remembered(given) if len(given) < SHORT else text(given[:MOST_CHARACTERS])


@lru_cache(maxsize=4096)
def _remembered(given: str) -> str:
    return text(given)


def attributes(pairs: Sequence[KeyValue], left: LeftOut, depth: int = 0) -> dict[str, Any]:
    """Masked one by one: in the finished JSON a mask might take a quote along."""
    found: dict[str, Any] = {}
    if len(pairs) > MOST_VALUES:
        left.count += len(pairs) - MOST_VALUES
        pairs = pairs[:MOST_VALUES]
    for pair in pairs:
        key = pair.key.replace("\0", "\ufffd")
        if masks.is_secret(key):
            found[key] = masks.MASK
        else:
            found[key] = value(pair.value, pair.value.WhichOneof("value"), left, depth)
    return found


def value(given: AnyValue, kind: str | None, left: LeftOut, depth: int) -> Any:
    """As JSON has it; text is masked."""
    if kind == "string_value":
        return text(given.string_value)
    if kind is None or depth > DEEPEST:
        left.count += kind is not None
        return None
    found = getattr(given, kind)
    match kind:
        case "array_value":
            return [value(one, one.WhichOneof("value"), left, depth + 1) for one in found.values]
        case "kvlist_value":
            return attributes(found.values, left, depth + 1)
        case "bytes_value":
            return found.hex()
        case _ if kind == "double_value" and not isfinite(found):
            found = str(found)  # JSON has no such numbers
    return found


def message(body: AnyValue, left: LeftOut) -> str:
    kind = body.WhichOneof("value")
    if kind == "string_value":
        return text(body.string_value[:MOST_CHARACTERS])
    return "" if kind is None else written(value(body, kind, left, 0))[:MOST_CHARACTERS]


def labels(pairs: Sequence[KeyValue], most: int, longest: int) -> dict[str, str]:
    """Attributes as what tells series apart: texts."""
    found: dict[str, str] = {}
    for key, one in list(attributes(pairs, LeftOut()).items())[:most]:
        found[key[:longest]] = (one if isinstance(one, str) else written(one))[:longest]
    return found


def uuid(given: Any) -> str:
    """An identity of ours in an attribute; anything else names nothing of ours."""
    digits = str(given).replace("-", "").lower()
    if len(digits) != UUID_DIGITS or not all(c in "0123456789abcdef" for c in digits):
        return ""
    return digits
