"""The documents of a descriptor file, each read by itself, within bounds. Pure.

A broken document costs itself: the file is cut where YAML cuts it, before anything is read. Anchors
and aliases are YAML's own and may be used; what they unfold to counts against the bound as if it
were written out. Plain words are read as everywhere in this house (`portal/files/document.py`).
Places are looked for only where there is something to say: of ten thousand documents, few have a
finding.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events as kinds

from portal.files.document import resolved
from portal.files.findings import Finding, Path

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_FILE = 8 * 1024 * 1024  # bytes
MOST_DOCUMENT = 1024 * 1024  # characters, written out
DEEPEST = 40
NODE = 8  # characters that a node counts for, however short it is
CUT = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
MARKS = ("---", "...")
TEXT_TAGS = {"tag:yaml.org,2002:str", "!"}
KIND = re.compile(r"^kind:[ \t]*[\"']?([A-Za-z][A-Za-z0-9]*)", re.MULTILINE)
NAME = re.compile(r"^[ \t]+name:[ \t]*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)
SPACE = re.compile(r"^[ \t]+namespace:[ \t]*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)


@dataclass(slots=True)
class Document:
    """One document of a file. `line` is where it begins, from 1; `problem` why it can't be read."""

    text: str
    line: int
    data: Any = None
    problem: Finding | None = None
    _places: dict[Path, tuple[int, int]] | None = field(default=None, repr=False)

    def finding(self, message: str, path: Path = ()) -> Finding:
        """A finding at `path`, or at the nearest place that would hold it."""
        if self._places is None:
            self._places = _places(self.text)
        known = path
        while known and known not in self._places:
            known = known[:-1]
        line, column = self._places.get(known, (0, 0))
        return Finding(message, path, self.line + line, column + 1)

    @property
    def likely(self) -> tuple[str, str, str]:
        """Kind, namespace and name as they seem to stand in what can't be read; "" for none."""
        found = (pattern.search(self.text) for pattern in (KIND, SPACE, NAME))
        kind, space, name = (match[1] if match else "" for match in found)
        return kind, space, name


class TooMuch(Exception):
    """A file that is larger than anything that people write."""


def documents(text: str) -> Iterator[Document]:
    """Every document that says something, in its order."""
    text = text.removeprefix("\ufeff")
    cuts = [match.start() for match in CUT.finditer(text)]
    starts = cuts if cuts and cuts[0] == 0 else [0, *cuts]
    line = 1
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        piece = text[start:end]
        if any(_says_something(row) for row in io.StringIO(piece)):
            yield _document(piece, line)
        line += piece.count("\n")


def decoded(data: bytes | None) -> str:
    """The text of a file; None is one that nobody fetched, for its size. TooMuch in words."""
    if data is None or len(data) > MOST_FILE:
        raise TooMuch(f"The file is larger than {MOST_FILE // 1024**2} MB. Split it.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise TooMuch("The file is not text in UTF-8. Save it as UTF-8.") from error


def value(text: str) -> Any:
    """The data of one YAML text, as a substitution loads it. Raises yaml's errors and `Bad`."""
    return _Reader(text).read()


def _says_something(line: str) -> bool:
    """Whether a line is more than a mark, a comment or a directive."""
    rest = line.strip()
    if rest[:3] in MARKS and not rest[3:4].strip():
        rest = rest[3:].lstrip()
    return bool(rest) and rest[0] not in "#%"


def _document(text: str, line: int) -> Document:
    found = Document(text, line)
    try:
        found.data = value(text)
    except Bad as bad:
        found.problem = Finding(bad.message, (), line + bad.line, bad.column + 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (line + mark.line, mark.column + 1) if mark else (line, 1)
        what = error.problem or "it ends too soon"
        message = f"This can't be read as YAML: {what}. Mend it here: the others are read."
        found.problem = Finding(message, (), *at)
    except yaml.reader.ReaderError as error:
        where = text[: error.position].count("\n") if isinstance(error.position, int) else 0
        message = "This holds a character that YAML does not allow. Remove it."
        found.problem = Finding(message, (), line + where, 1)
    return found


class Bad(Exception):
    """What is YAML and yet is not taken; line and column count from 0 in the document."""

    def __init__(self, message: str, mark: Any) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, mark.line, mark.column


class _Reader:
    """Puts the events of one document together, counting what they unfold to."""

    def __init__(self, text: str, places: dict[Path, tuple[int, int]] | None = None) -> None:
        self.events = yaml.parse(text, Loader=LOADER)
        self.places = places
        self.size = 0
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open: set[str] = set()

    def read(self) -> Any:
        documents = 0
        found: Any = None
        for event in self.events:
            if isinstance(event, kinds.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Bad("Another document begins here. Write --- before it.", _at(event))
            elif isinstance(event, kinds.NodeEvent):
                found = self._value(event, ())
        return found

    def _value(self, event: Any, path: Path) -> Any:
        if len(path) > DEEPEST:
            raise Bad(f"This is nested deeper than {DEEPEST} levels.", _at(event))
        if self.places is not None:
            self.places.setdefault(path, (event.start_mark.line, event.start_mark.column))
        if isinstance(event, kinds.AliasEvent):
            return self._alias(event)
        before = self.size
        if event.anchor:
            self.open.add(event.anchor)
        if isinstance(event, kinds.ScalarEvent):
            found = self._scalar(event)
        elif isinstance(event, kinds.MappingStartEvent):
            _refuse_tag(event)
            found = self._map(path)
        else:
            _refuse_tag(event)
            found = self._list(path)
        if event.anchor:
            self.open.discard(event.anchor)
            self.anchors[event.anchor] = found, self.size - before
        return found

    def _alias(self, event: Any) -> Any:
        if event.anchor in self.open:
            raise Bad(f"“*{event.anchor}” stands inside of itself. Write it out.", _at(event))
        if event.anchor not in self.anchors:
            raise Bad(f"“*{event.anchor}” names no anchor above it.", _at(event))
        found, size = self.anchors[event.anchor]
        self._count(size, event)
        return found

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        self._count(NODE + len(text), event)
        if event.style == '"' and _is_unkeepable(text):
            raise Bad("This holds a character that can't be stored. Remove it.", _at(event))
        if event.tag and event.tag not in TEXT_TAGS:
            _refuse_tag(event)
        return text if event.style or event.tag else resolved(text)

    def _map(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: list[Any] = []
        while not isinstance(event := next(self.events), kinds.MappingEndEvent):
            if not isinstance(event, kinds.ScalarEvent):
                raise Bad("A key must be a word.", _at(event))
            self._count(NODE + len(event.value), event)
            name = event.value
            if name == "<<" and not event.style:
                merged.append(self._value(next(self.events), (*path, name)))
                continue
            if name in values:
                raise Bad(f"“{name}” stands twice here. Keep one of them.", _at(event))
            if _is_unkeepable(name):
                raise Bad("This key holds a character that can't be stored.", _at(event))
            if self.places is not None:
                self.places[(*path, name)] = _at(event).line, _at(event).column
            values[name] = self._value(next(self.events), (*path, name))
        return _with_merged(values, merged) if merged else values

    def _list(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), kinds.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _count(self, size: int, event: Any) -> None:
        self.size += size
        if self.size > MOST_DOCUMENT:
            raise Bad(
                f"Written out, this document is larger than {MOST_DOCUMENT // 1024:,} kB. Its "
                "aliases unfold to too much, or it belongs into a file of its own ($text).",
                _at(event),
            )


def _with_merged(values: dict[str, Any], merged: list[Any]) -> dict[str, Any]:
    """What stands in the mapping itself wins over what is merged into it."""
    every = [each for one in merged for each in (one if isinstance(one, list) else [one])]
    found: dict[str, Any] = {}
    for one in every:
        if isinstance(one, dict):
            found = one | found
    return found | values


def _is_unkeepable(text: str) -> bool:
    """PostgreSQL keeps no zero characters, and a lone surrogate is no character at all."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _refuse_tag(event: Any) -> None:
    if event.tag and event.tag not in {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
        raise Bad(f"“{event.tag}” is a tag. Leave it out: plain values will do.", _at(event))


def _at(event: Any) -> Any:
    return event.start_mark


def _places(text: str) -> dict[Path, tuple[int, int]]:
    """Where each value, or its key, stands; as far as it can be read."""
    found: dict[Path, tuple[int, int]] = {}
    try:
        _Reader(text, found).read()
    except (Bad, yaml.YAMLError):
        return found
    return found
