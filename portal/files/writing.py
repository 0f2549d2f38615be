"""Data as YAML that people like to read: short things on one line, long texts as they stand. Pure.

What is written reads back as the same data, here (`document.py`) and in other programs: whatever
any of them could take for something else than text is put into quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from portal.files.document import CONSTANTS, LONGEST_NUMBER, NUMBER

WIDTH = 100
STEP = 2
OPEN_TO = 2  # down to this depth a mapping never stands on one line
# Within a plain text these would begin something else, for a reader or for its eyes.
MARKS = re.compile(
    r"[*&!|>%@`{}\[\]\"]|#|: |:$|^[-?:,'=~<]|^\s|\s$|[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff]"
)
IN_FLOW = re.compile(r"[,:{}\[\]]")
# Line ends of YAML that are no line feed, and what can't stand in a literal block.
UNUSUAL = re.compile("[^\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
RESOLVER: Any = yaml.resolver.Resolver()
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written(data: Any) -> str:
    """The whole of a file."""
    return f"{block(data, 0, 0)}\n"


def block(value: Any, indent: int, depth: int) -> str:
    """A value as it stands at the beginning of a line that is indented by `indent` already."""
    if isinstance(value, dict) and value and not _fits(value, indent, depth):
        rows = (f"{text(key)}:{after(inner, indent, depth)}" for key, inner in value.items())
        return f"\n{' ' * indent}".join(rows)
    if isinstance(value, list) and value and not _fits(value, indent, depth):
        rows = (f"- {block(inner, indent + STEP, depth + 1)}" for inner in value)
        return f"\n{' ' * indent}".join(rows)
    if isinstance(value, str) and is_long(value):
        return "\n".join(_literal(value, indent))
    return flow(value) if isinstance(value, dict | list) else text(value)


def after(value: Any, indent: int, depth: int) -> str:
    """What follows the colon of a key that stands at `indent`, with its space or line break."""
    if isinstance(value, dict | list) and value and not _fits(value, indent + STEP, depth + 1):
        return f"\n{' ' * (indent + STEP)}{block(value, indent + STEP, depth + 1)}"
    if isinstance(value, str) and is_long(value):
        return " " + "\n".join(_literal(value, indent + STEP))
    return f" {flow(value) if isinstance(value, dict | list) else text(value)}"


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        inner = ", ".join(
            f"{text(key, is_in_flow=True)}: {flow(each)}" for key, each in value.items()
        )
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(each) for each in value)}]"
    return text(value, is_in_flow=True)


def text(value: Any, *, is_in_flow: bool = False) -> str:
    """A scalar: plain where nothing can misread it, else in quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if _is_plain(value) and not (is_in_flow and IN_FLOW.search(value)):
        return value
    return f'"{"".join(map(_escaped, value))}"'


def is_long(value: str) -> bool:
    """Whether a text is better shown line by line, and can be."""
    lines = value.split("\n")
    if len(lines) < 2 or UNUSUAL.search(value) or not value.strip():
        return False
    return bool(lines[0].strip()) and not lines[0].startswith((" ", "\t"))


def _literal(value: str, indent: int) -> Iterator[str]:
    """A text under `|`; the line feed that ends its last line is not written."""
    is_kept = value.endswith("\n\n")
    yield "|+" if is_kept else "|" if value.endswith("\n") else "|-"
    lines = value.split("\n")
    for line in lines[:-1] if value.endswith("\n") else lines:
        yield f"{' ' * indent}{line}" if line else ""


def _fits(value: Any, indent: int, depth: int) -> bool:
    """Whether a mapping or list is simple and short enough for one line."""
    if depth < OPEN_TO:
        return False
    inner = value.values() if isinstance(value, dict) else value
    if any(isinstance(each, dict | list) and each for each in inner):
        return False
    if any(isinstance(each, str) and ("\n" in each) for each in inner):
        return False
    return indent + len(flow(value)) + STEP <= WIDTH


def _is_plain(value: str) -> bool:
    if not value or MARKS.search(value) or value in CONSTANTS:
        return False
    if len(value) <= LONGEST_NUMBER and NUMBER.fullmatch(value):
        return False
    kind = RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    return bool(kind == "tag:yaml.org,2002:str")


def _escaped(letter: str) -> str:
    if letter in ESCAPES:
        return ESCAPES[letter]
    if letter.isprintable():
        return letter
    number = ord(letter)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
