"""What leaves a process as telemetry, without secrets. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from observability.instrumentation import keys
from portal import masks

SHORT = 200  # characters of what is worth remembering
_IDENTITY = re.compile(r"[0-9a-f-]*")  # in which no shape of a secret fits


def masked(text: str) -> str:
    """`text` without secrets, and without NUL, which PostgreSQL stores nowhere."""
    if _IDENTITY.fullmatch(text):  # each is another one: not worth remembering
        return text
    return _remembered(text) if len(text) < SHORT else _masked(text)


def values(own: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes by name, masked by their shape and by what they are called."""
    return {key: _value(key, value) for key, value in own.items()}


def _value(key: str, value: Any) -> Any:
    if key in keys.HARMLESS or isinstance(value, bool | int | float) or value is None:
        return value
    if masks.is_secret(key):
        return masks.MASK
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return values({str(name): inner for name, inner in value.items()})
    if isinstance(value, Sequence):
        return [_value(key, inner) for inner in value]
    return masked(str(value))


@lru_cache(maxsize=2048)
def _remembered(text: str) -> str:
    """Names come again and again, and looking for five shapes takes longer than remembering."""
    return _masked(text)


def _masked(text: str) -> str:
    return masks.mask(text.replace("\0", "\ufffd") if "\0" in text else text)
