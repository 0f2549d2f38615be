"""Reading YAML without its risks: events only, nothing is expanded, no object is made. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events as kinds

from portal.files.events import Event, Mark, Unreadable
from portal.files.findings import Finding

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ENDING = (kinds.MappingEndEvent, kinds.SequenceEndEvent)


def read(text: str) -> Iterator[Event]:
    """The events of one document. Unreadable says where the text stops being YAML."""
    documents = 0
    for event in _parsed(text):
        if isinstance(event, kinds.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _unreadable("A second document begins here. Send one file.", event)
        elif found := _event(event):
            yield found


def documents(text: str) -> Iterator[tuple[Mark, list[Event]]]:
    """Each document of a file: where it begins, and its events. Unreadable as `read` says."""
    begins, found = Mark(0, 0, 0), list[Event]()
    for event in _parsed(text):
        if isinstance(event, kinds.DocumentStartEvent):
            begins, found = _mark(event.end_mark if event.explicit else event.start_mark), []
        elif isinstance(event, kinds.DocumentEndEvent):
            yield begins, found
        elif each := _event(event):
            found.append(each)


def _parsed(text: str) -> Iterator[kinds.Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise Unreadable(Finding(_words(error), (), line, column)) from error
    except yaml.reader.ReaderError as error:
        raise Unreadable(_unprintable(text, error)) from error


def _event(event: kinds.Event) -> Event | None:
    if isinstance(event, kinds.NodeEvent):
        return _node(event)
    if isinstance(event, ENDING):
        return Event("end", _mark(event.start_mark), _mark(event.end_mark))
    return None


def _node(event: kinds.NodeEvent) -> Event:
    if isinstance(event, kinds.AliasEvent):
        raise _unreadable(f"“*{event.anchor}” is an alias. Write the value out instead.", event)
    if event.anchor:
        raise _unreadable(f"“&{event.anchor}” is an anchor. Write the value out instead.", event)
    assert isinstance(event, kinds.ScalarEvent | kinds.CollectionStartEvent)
    if event.tag:
        raise _unreadable(f"“{event.tag}” is a tag. Leave it out: plain values will do.", event)
    start, end = _mark(event.start_mark), _mark(event.end_mark)
    if isinstance(event, kinds.ScalarEvent):
        # A plain scalar's style is "" with libyaml and None without it.
        return Event("scalar", start, end, event.value, event.style or "")
    return Event("map" if isinstance(event, kinds.MappingStartEvent) else "list", start, end)


def _mark(mark: Any) -> Mark:
    return Mark(mark.line, mark.column, mark.index)


def _unreadable(message: str, event: kinds.Event) -> Unreadable:
    mark = _mark(event.start_mark)
    return Unreadable(Finding(message, (), mark.line + 1, mark.column + 1))


def _words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "something unexpected stands here"
    where = f" {error.context}:" if error.context else ""
    return f"This can't be read as YAML:{where} {problem}."


def _unprintable(text: str, error: yaml.reader.ReaderError) -> Finding:
    before = text[: error.position]
    line = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    return Finding("A control character stands here. Remove it.", (), line + 1, column + 1)
