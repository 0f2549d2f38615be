"""A YAML or JSON file as plain data, with the place of every value in it. Pure.

Own rules where YAML surprises: only `true`, `false`, `null` and JSON's numbers are not text (so
`on`, `no`, `007` and dates stay as written), keys are text and stand once, and there are no
anchors, aliases, tags or second documents. What is read is therefore the same in YAML and JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal.files import json_events, yaml_events
from portal.files.events import Event, Mark, Unreadable
from portal.files.findings import Finding, Path

LONGEST = 256 * 1024  # bytes of a file
DEEPEST = 16
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
LONGEST_NUMBER = 40
JSON_BEGINS = re.compile(r'\s*\{\s*["}]')  # YAML may begin with a brace too
CONSTANTS: dict[str, Any] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "~": None,
    "": None,
}


class Place(NamedTuple):
    """Where a value stands, its key before it, and how it is written."""

    start: Mark
    end: Mark
    style: str
    key: Mark | None = None


@dataclass(slots=True)
class Document:
    """The data of a file. Without text (a program sent data) nothing has a line."""

    data: Any
    text: str
    places: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def finding(self, message: str, path: Path, *, at_key: bool = False) -> Finding:
        """A finding at `path`, or at its key; what is missing points to what would hold it."""
        known = path
        while known and known not in self.places:
            known = known[:-1]
        place = self.places.get(known)
        if place is None:
            return Finding(message, path)
        mark = place.key if (at_key or known != path) and place.key else place.start
        return Finding(message, path, mark.line + 1, mark.column + 1)

    def finding_inside(
        self, message: str, path: Path, line: int | None, column: int | None
    ) -> Finding:
        """A finding inside a text value: line and column count from 1 in the value itself."""
        place = self.places.get(path)
        if place is None or line is None:
            return self.finding(message, path)
        mark = _inside(self.text, place, line - 1, (column or 1) - 1)
        return Finding(message, path, mark.line + 1, mark.column + 1, inside=line)


def read(file: str | bytes | dict[str, Any]) -> Document:
    """The data of a file and where it stands. Raises Unreadable where it can't be taken apart."""
    if isinstance(file, dict):
        return _Builder("").built_from_data(file)
    text = _decoded(file)
    events = json_events.read(text) if JSON_BEGINS.match(text) else yaml_events.read(text)
    return _Builder(text).built(events)


@dataclass(frozen=True, slots=True)
class Section:
    """One document of a file that holds several: what it says, and its own lines of the text."""

    document: Document
    text: str


def every(text: str, *, most: int = LONGEST) -> tuple[list[Section], list[Finding]]:
    """The documents of a file of at most `most` bytes, as far as it can be taken apart.

    Places count from the beginning of the file. Empty documents are left out.
    """
    found: list[Section] = []
    try:
        whole = _decoded(text, most)
        if JSON_BEGINS.match(whole):
            return [Section(_Builder(whole).built(json_events.read(whole)), whole)], []
        for begins, events in yaml_events.documents(whole):
            if not (len(events) == 1 and events[0].kind == "scalar" and not events[0].value):
                ends = events[-1].end.index
                section = _Builder(whole).built(iter(events))
                found.append(Section(section, whole[begins.index : ends].removeprefix("\n")))
    except Unreadable as unreadable:
        return found, [unreadable.finding]
    return found, []


def _decoded(file: str | bytes, most: int = LONGEST) -> str:
    if len(file if isinstance(file, bytes) else file.encode("utf-8", "surrogatepass")) > most:
        raise Unreadable(Finding(f"The file is larger than {most // 1024} kB. Send a smaller one."))
    try:
        text = file.decode() if isinstance(file, bytes) else file
    except UnicodeDecodeError as error:
        raise Unreadable(Finding("The file is not text in UTF-8. Save it as UTF-8.")) from error
    return text.removeprefix("\ufeff")


class _Builder:
    """Puts events together into data, noting places and what is not allowed."""

    def __init__(self, text: str) -> None:
        self.document = Document(data=None, text=text)

    def built(self, events: Iterator[Event]) -> Document:
        first = next(events, None)
        if first is None:
            raise Unreadable(Finding("The file is empty."))
        self.document.data = self._value(first, events, ())
        for _ in events:  # to the end: what follows may not be readable
            raise Unreadable(Finding("The file goes on after its end. Send one document."))
        return self.document

    def built_from_data(self, data: dict[str, Any]) -> Document:
        self._walk(data, ())
        self.document.data = data
        return self.document

    def _walk(self, value: Any, path: Path) -> None:
        """Data that a program sent follows the same rules about depth and text."""
        _refuse_depth(path, None)
        if isinstance(value, dict):
            for key, inner in value.items():
                self._text(str(key), path, None)
                self._walk(inner, (*path, str(key)))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self._walk(inner, (*path, number))
        elif isinstance(value, str):
            self._text(value, path, None)

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        _refuse_depth(path, event.start)
        if event.kind == "map":
            return self._map(event, events, path)
        if event.kind == "list":
            return self._list(event, events, path)
        self._note(path, event.start, event.end, event.style)
        return (
            self._text(event.value, path, event.start) if event.is_text else resolved(event.value)
        )

    def _map(self, opening: Event, events: Iterator[Event], path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        self._note(path, opening.start, opening.end, "map")
        while (key := next(events)).kind != "end":
            name = self._key(key, path)
            if name in values:
                message = f"“{name}” stands twice here. Keep one of them."
                self._found(message, (*path, name), key.start)
                self._value(next(events), events, (*path, f"{name} (again)"))
                continue
            inner = (*path, name)
            values[name] = self._value(next(events), events, inner)
            place = self.document.places[inner]
            self.document.places[inner] = place._replace(key=key.start)
        return values

    def _list(self, opening: Event, events: Iterator[Event], path: Path) -> list[Any]:
        values: list[Any] = []
        self._note(path, opening.start, opening.end, "list")
        while (event := next(events)).kind != "end":
            values.append(self._value(event, events, (*path, len(values))))
        return values

    def _key(self, event: Event, path: Path) -> str:
        if event.kind != "scalar":
            message = "A key must be a word, not a list or a mapping."
            raise Unreadable(_at(message, path, event.start))
        return str(self._text(event.value, path, event.start))

    def _text(self, text: str, path: Path, mark: Mark | None) -> str:
        """PostgreSQL keeps no zero characters, and a lone surrogate is no character at all."""
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            self._found("This holds a character that can't be stored. Remove it.", path, mark)
        return text

    def _note(self, path: Path, start: Mark, end: Mark, style: str) -> None:
        self.document.places[path] = Place(start, end, style)

    def _found(self, message: str, path: Path, mark: Mark | None) -> None:
        self.document.findings.append(_at(message, path, mark))


def _refuse_depth(path: Path, mark: Mark | None) -> None:
    if len(path) > DEEPEST:
        raise Unreadable(_at(f"This is nested deeper than {DEEPEST} levels.", path, mark))


def _at(message: str, path: Path, mark: Mark | None) -> Finding:
    if mark is None:
        return Finding(message, path)
    return Finding(message, path, mark.line + 1, mark.column + 1)


def resolved(word: str) -> Any:
    """A plain word as a constant or a number, else as text. Overlong numbers stay text."""
    if word in CONSTANTS:
        return CONSTANTS[word]
    found = NUMBER.fullmatch(word) if len(word) <= LONGEST_NUMBER else None
    if not found:
        return word
    if not found[2] and not found[3]:
        return int(word)
    number = float(word)
    return number if math.isfinite(number) else word


# How one character may be written inside quotes, by style.
WRITTEN = {
    '"': re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|.", re.DOTALL),
    "'": re.compile(r"''|.", re.DOTALL),
    "": re.compile(r".", re.DOTALL),
}


def _inside(text: str, place: Place, line: int, column: int) -> Mark:
    """The place in the file of (line, column) in a text value; all count from 0.

    Exact for literal blocks (`|`) and for values on one line; else the start of the value.
    """
    written = text[place.start.index : place.end.index]
    if place.style == "|":
        lines = written.split("\n")
        if line + 1 < len(lines):
            indent = _indent(lines[1:])
            return Mark(place.start.line + 1 + line, indent + column, 0)
    if place.style in WRITTEN and "\n" not in written:
        return _inside_quotes(written, place, line, column)
    return place.start


def _indent(lines: list[str]) -> int:
    return min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)


def _inside_quotes(written: str, place: Place, line: int, column: int) -> Mark:
    offset = 1 if place.style else 0
    at_line = at_column = 0
    for found in WRITTEN[place.style].finditer(written, offset):
        if (at_line, at_column) >= (line, column):
            return Mark(place.start.line, place.start.column + found.start(), 0)
        is_break = place.style == '"' and found[0] == "\\n"
        at_line, at_column = (at_line + 1, 0) if is_break else (at_line, at_column + 1)
    return place.start
