"""Paths with parameters in them: what a template may look like, and filling it in. Pure.

A filled-in path never leaves its folder and is never hidden; two values of one parameter never
share a path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

LONGEST = 200  # characters of a template
LONGEST_VALUE = 48
LONGEST_SEGMENT = 200  # file systems allow 255 bytes
LONGEST_FILLED = 400  # what a delivery's row holds
PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
PLAIN = re.compile(r"[A-Za-z0-9._=+@, -]+")
PLAIN_WORDS = "letters, digits, spaces and . _ - = + @ ,"
GLOB = "*?[]"
# Kept in a value; everything else is written as % and the hexadecimal digits of its bytes.
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
EMPTY = "(empty)"  # a parenthesis can't come out of a value


def problems(template: str, parameters: Collection[str], *, is_glob: bool = False) -> Iterator[str]:
    """What is wrong with a template, in sentences. `is_glob` allows * ? [ ] (inputs)."""
    if len(template) > LONGEST:
        yield f"The path has {len(template)} characters, but may have at most {LONGEST}."
        return
    if template.startswith("/"):
        yield "The path begins with “/”. Give it relative to the folder that the binding names."
        return
    for segment in template.split("/"):
        if not segment:
            yield "A part of the path between two “/” is empty. Name it or leave it out."
        elif segment.startswith("."):
            yield f"“{segment}” begins with a dot. Neither “..” nor hidden names are allowed."
        elif segment != segment.strip():
            yield f"“{segment}” begins or ends with a space. Remove it."
        else:
            yield from _segment_problems(segment, parameters, is_glob=is_glob)
    names = placeholders(template)
    if len(template) + LONGEST_VALUE * len(names) > LONGEST_FILLED:
        yield "The path can become too long. Use fewer parameters in it."


def placeholders(template: str) -> list[str]:
    """The parameters that a template names, in order."""
    return [found[1] for found in PIECE.finditer(template) if found[1] is not None]


def render(template: str, values: Mapping[str, Any]) -> str:
    """The path with values filled in. `template` has passed `problems` with these parameters."""
    return PIECE.sub(lambda piece: piece[2] or _word(values[piece[1]]), template)


def default(component: str, parameters: Collection[str], format: str) -> str:
    """The template of a delivery that names no path: one file for each set of parameters."""
    if not parameters:
        return f"{component}.{format}"
    return f"{component}/{'/'.join(f'{{{name}}}' for name in sorted(parameters))}.{format}"


def of(
    entry: Mapping[str, Any], component: str, values: Mapping[str, Any], *, has_places: bool = True
) -> str:
    """Where a delivery of a file goes inside its destination; "" for an event, which has no place.

    A table is named as it is; a path is filled in.
    """
    if entry.get("table"):
        return str(entry["table"])
    if not has_places:
        return ""
    template = entry.get("path") or default(component, values, entry["format"])
    return render(template, values)


def _segment_problems(segment: str, parameters: Collection[str], *, is_glob: bool) -> Iterator[str]:
    longest = 0
    for piece in PIECE.finditer(segment):
        name, plain, stray = piece.groups()
        if stray:
            yield f"A brace stands alone in “{segment}”. A parameter is written {{name}}."
        elif plain is not None:
            longest += len(plain)
            rest = "".join(letter for letter in plain if not (is_glob and letter in GLOB))
            if rest and not PLAIN.fullmatch(rest):
                allowed = f"{PLAIN_WORDS} {' '.join(GLOB)}" if is_glob else PLAIN_WORDS
                yield f"“{segment}” holds a character that a path may not have. Use {allowed}."
        else:
            longest += LONGEST_VALUE
            if name not in parameters:
                yield _unknown(name, parameters)
    if longest > LONGEST_SEGMENT:
        yield f"“{segment}” can become too long for a file name. Shorten it."


def _unknown(name: str, parameters: Collection[str]) -> str:
    known = ", ".join(parameters) or "none"
    return f"There is no parameter “{name}” for this path. Declared: {known}."


def _word(value: Any) -> str:
    """A value as a part of a file name: no separator, no leading dot, not too long."""
    text = _text(value)
    if not text:
        return EMPTY
    written = "".join(_letter(letter, is_first=n == 0) for n, letter in enumerate(text))
    if len(written) <= LONGEST_VALUE:
        return written
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{written[: LONGEST_VALUE - 17]}~{digest}"  # nor can a tilde


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _letter(letter: str, *, is_first: bool) -> str:
    if letter in UNRESERVED and not (is_first and letter == "."):
        return letter
    return "".join(f"%{byte:02X}" for byte in letter.encode())
