"""Changing what a YAML text says, and nothing else of it: comments and layout stay. Pure.

A form edits data; people write text. `mended` finds the smallest pieces of the text that have to
say something else, and writes only these anew. What it makes is read back before it is given out:
where a text is written in a way that it can't follow, the whole file is written in our own layout.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from portal.files import document, yaml_events
from portal.files.document import JSON_BEGINS
from portal.files.events import Event, Unreadable
from portal.files.writing import STEP, after, block, text, written

Splice = tuple[int, int, str]  # from, to, what stands there then


class TooOdd(Exception):
    """This text is laid out in a way that is not worth following."""


@dataclass(slots=True)
class Node:
    """A value where it stands: offsets of its first letter and behind its last one."""

    kind: str  # "map", "list", "scalar"
    start: int
    end: int
    data: Any
    is_flow: bool = False
    keys: list[Node] = field(default_factory=list)
    inner: list[Node] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Line by line, so that lines can come and go."""
        return self.kind != "scalar" and not self.is_flow and bool(self.inner)


def mended(file: str, wanted: dict[str, Any]) -> str:
    """The text with as little changed as it needs in order to say `wanted`."""
    whole = file if file.endswith("\n") else f"{file}\n"
    if JSON_BEGINS.match(whole):
        return json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"
    followed = _followed(whole, wanted)
    return written(wanted) if followed is None else followed


def _followed(file: str, wanted: dict[str, Any]) -> str | None:
    """The same text, mended; None where it can't be followed."""
    try:
        found = document.read(file)
        if found.findings or not isinstance(found.data, dict):
            return None
        result = Mender(file).mend(found.data, wanted)
        return result if same(document.read(result).data, wanted) else None
    except (Unreadable, TooOdd):
        return None


def same(one: Any, other: Any) -> bool:
    """Equal as JSON is: 1 is neither 1.0 nor true, and the order of keys means nothing."""
    return _key(one) == _key(other)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


class Mender:
    """Collects what to replace, from the outermost value inwards."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.splices: list[Splice] = []

    def mend(self, old: Any, new: Any) -> str:
        root = _tree(self.file, old)
        if root is None:
            raise TooOdd
        self._value(root, new, 0, None)
        result = self.file
        for start, end, words in sorted(self.splices, reverse=True):
            result = result[:start] + words + result[end:]
        return result

    def _value(self, node: Node, new: Any, depth: int, key: Node | None) -> None:
        if same(node.data, new):
            return
        if node.is_open and node.kind == "map" and isinstance(new, dict) and new:
            self._map(node, new, depth)
        elif node.is_open and node.kind == "list" and isinstance(new, list) and new:
            self._list(node, new, depth)
        elif key is not None:
            start = self.file.index(":", key.end) + 1
            self._replace(start, node.end, after(new, self._column(key.start), depth - 1))
        elif depth == 0:
            raise TooOdd
        else:  # an entry of a list
            self._replace(node.start, node.end, block(new, self._column(node.start), depth))

    def _map(self, node: Node, new: dict[str, Any], depth: int) -> None:
        names = [key.data for key in node.keys]
        if not set(names) & new.keys():
            raise TooOdd
        for key, value in zip(node.keys, node.inner, strict=True):
            if key.data in new:
                self._value(value, new[key.data], depth + 1, key)
            else:
                self._remove(key.start, value.end)
        indent = self._column(node.keys[0].start)
        ends = {key.data: value.end for key, value in zip(node.keys, node.inner, strict=True)}
        for before, coming in _coming(list(new), set(names)):
            rows = [f"{text(name)}:{after(new[name], indent, depth)}" for name in coming]
            self._insert(rows, indent, ends.get(before), node.keys[0].start)

    def _list(self, node: Node, new: list[Any], depth: int) -> None:
        was, now = [_key(item.data) for item in node.inner], [_key(item) for item in new]
        indent = self._column(node.start)
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            pairs = min(i2 - i1, j2 - j1)
            for n in range(pairs):
                self._value(node.inner[i1 + n], new[j1 + n], depth + 1, None)
            for item in node.inner[i1 + pairs : i2]:
                self._remove(self._dash(item), item.end)
            if rows := [
                f"- {block(item, indent + STEP, depth + 1)}" for item in new[j1 + pairs : j2]
            ]:
                last = i1 + pairs - 1
                behind = node.inner[last].end if last >= 0 else None
                self._insert(rows, indent, behind, node.start)

    def _replace(self, start: int, end: int, words: str) -> None:
        self.splices.append((start, end, words))

    def _remove(self, start: int, end: int) -> None:
        """Whole lines; what stands before on the same line would be torn."""
        begin = self._line(start)
        if self.file[begin:start].strip():
            raise TooOdd
        self.splices.append((begin, self._line_end(end), ""))

    def _insert(self, rows: list[str], indent: int, behind: int | None, first: int) -> None:
        """New lines behind the entry that ends at `behind`, else before the first one."""
        at = self._line(first) if behind is None else self._line_end(behind)
        if behind is None and self.file[at:first].strip():
            raise TooOdd
        words = "".join(f"{' ' * indent}{row}\n" for row in rows)
        self.splices.append((at, at, words))

    def _dash(self, item: Node) -> int:
        at = self.file.rfind("-", self._line(item.start), item.start)
        if at < 0 or self.file[at + 1 : item.start].strip():
            raise TooOdd
        return at

    def _column(self, at: int) -> int:
        return at - self._line(at)

    def _line(self, at: int) -> int:
        return self.file.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the line feed of this line; a comment at its end belongs to it."""
        found = self.file.find("\n", max(at - 1, 0) if self.file[at - 1 : at] == "\n" else at)
        return len(self.file) if found < 0 else found + 1


def _coming(names: list[str], there: set[str]) -> Iterator[tuple[str | None, list[str]]]:
    """New names in groups, each with the old name that they follow; None: before all."""
    before: str | None = None
    group: list[str] = []
    for name in names:
        if name in there:
            if group:
                yield before, group
            before, group = name, []
        else:
            group.append(name)
    if group:
        yield before, group


def _tree(file: str, data: Any) -> Node | None:
    events = yaml_events.read(file)
    first = next(events, None)
    return _node(file, first, events, data) if first else None


def _node(file: str, event: Event, events: Iterator[Event], data: Any) -> Node:
    start = event.start.index
    if event.kind == "scalar":
        written_as = file[start : event.end.index]
        return Node("scalar", start, start + len(written_as.rstrip()), data)
    is_flow = file[start : event.end.index] in {"{", "["}
    node = Node(event.kind, start, start, data, is_flow)
    while (inner := next(events)).kind != "end":
        if event.kind == "map":
            node.keys.append(Node("scalar", inner.start.index, inner.end.index, inner.value))
            inner = next(events)
            node.inner.append(_node(file, inner, events, data[node.keys[-1].data]))
        else:
            node.inner.append(_node(file, inner, events, data[len(node.inner)]))
    node.end = inner.end.index if is_flow or not node.inner else node.inner[-1].end
    return node
