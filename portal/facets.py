"""Facets: what a list can be narrowed down by, each value a link with how many it leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

SHOWN = 8  # values before "all of them"


@dataclass(frozen=True, slots=True)
class Value:
    """One value; `url` adds it to the address, or takes it away where it is chosen."""

    value: str
    label: str
    number: int | None
    url: str
    is_chosen: bool
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of values. `more` are those that a long list folds away."""

    title: str
    values: tuple[Value, ...]
    more: tuple[Value, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values)


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen: its value in the address, its word, how many it leaves."""

    value: str
    label: str
    number: int | None = None
    icon: str = ""
    tone: str = ""


def facet(
    title: str, name: str, choices: Iterable[Choice], given: Mapping[str, str], *, most: int = SHOWN
) -> Facet:
    """The choices that leave something, and the chosen one, each with its address.

    `given` is the query string of the page; pages of it begin anew with another choice.
    """
    chosen = given.get(name, "")
    values = [
        Value(
            value=choice.value,
            label=choice.label,
            number=choice.number,
            url=address(given, name, "" if choice.value == chosen else choice.value),
            is_chosen=choice.value == chosen,
            icon=choice.icon,
            tone=choice.tone,
        )
        for choice in choices
        if choice.number or choice.value == chosen
    ]
    ordered = [v for v in values if v.is_chosen] + [v for v in values if not v.is_chosen]
    if len(values) <= most + 2:
        return Facet(title, tuple(values))
    return Facet(title, tuple(ordered[:most]), tuple(ordered[most:]))


def address(given: Mapping[str, str], name: str, value: str) -> str:
    """The query string with this value ("" takes it away), at the first page."""
    kept = {key: text for key, text in given.items() if text and key not in {name, *PAGING}}
    return "?" + urlencode({**kept, **({name: value} if value else {})})


PAGING = ("after", "before", "start")
