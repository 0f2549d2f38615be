"""Which lines are wanted, as every store of lines understands it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from observability.logs import levels
from observability.logs.language import Kind, Query, Term

COLUMNS = {"trace": "trace_id", "span": "span_id", "run": "run_id", "deployment": "deployment_id"}
KEYS = {"client", "logger"}  # fields that stand among the attributes


class What(StrEnum):
    """What a condition looks at."""

    COLUMN = "column"  # `name` is one of the line's own fields; any of the values
    LEVEL = "level"  # values are "error" or "error+"
    WORD = "word"  # a word, or a phrase in order
    ATTRIBUTE = "attribute"  # `name` is its key, of the line or of who said it


@dataclass(frozen=True, slots=True)
class Condition:
    """A line fits when one of the values does; with `is_not` when none does."""

    what: What
    name: str
    values: tuple[str, ...]
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A time, its end excluded."""

    since: datetime
    until: datetime


def conditions(query: Query) -> tuple[Condition, ...]:
    """What a query asks for: values of one field are alternatives."""
    found: dict[tuple[What, str, bool], Condition] = {}
    for number, term in enumerate(query.terms):
        what, name = _place(term)
        # Words and what is left out hold each for itself
        alone = what is What.WORD or term.is_not
        key = (what, f"{name}#{number}" if alone else name, term.is_not)
        before = found[key].values if key in found else ()
        found[key] = Condition(what, name, (*before, term.value), term.is_not)
    return tuple(found.values())


def _place(term: Term) -> tuple[What, str]:
    if term.kind is Kind.WORD:
        return What.WORD, ""
    if term.kind is Kind.ATTRIBUTE:
        return What.ATTRIBUTE, term.name
    if term.name == "level":
        return What.LEVEL, "severity"
    if term.name in KEYS:
        return What.ATTRIBUTE, term.name
    return What.COLUMN, COLUMNS.get(term.name, term.name)


def of_level(level: str) -> Condition:
    """That level and worse."""
    return Condition(What.LEVEL, "severity", (f"{level}+",))


def least_severity(found: tuple[Condition, ...]) -> int:
    """The least severity that a line can have and still fit; 0 where it may have any."""
    spans = [
        min(levels.span(value)[0] for value in one.values)
        for one in found
        if one.what is What.LEVEL and not one.is_not
    ]
    return max(spans, default=0)


def shifted(window: Window, *, since: datetime | None = None) -> Window:
    return replace(window, since=since or window.since)
