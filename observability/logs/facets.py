"""What lines can be narrowed down by: each value a link with how many of the lines have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from observability.logs import language, levels
from observability.logs.asking import Asked
from observability.logs.language import Term
from observability.logs.stores.base import Counted
from observability.patterns.models import Pattern
from portal.tones import Tone

SHOWN = 6
MOST = 40
TITLES = {
    "level": "Level",
    "component": "Component",
    "environment": "Environment",
    "version": "Version",
    "logger": "Logger",
    "process": "Process",
    "pattern": "Pattern",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value; `share` is of the most frequent one, in percent."""

    label: str
    lines: int
    share: str
    url: str
    without_url: str
    is_chosen: bool
    tone: Tone


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one field; `more` are folded away."""

    title: str
    values: tuple[Value, ...]
    more: tuple[Value, ...]


def of(counted: Counted, asked: Asked, patterns: Mapping[str, Pattern]) -> list[Facet]:
    """Facets that tell something; values that are asked for are there, whether lines have them."""
    found = []
    for field, title in TITLES.items():
        values = list(_values(field, counted, asked, patterns))
        if values:
            found.append(Facet(title, tuple(values[:SHOWN]), tuple(values[SHOWN:MOST])))
    return found


def _values(
    field: str, counted: Counted, asked: Asked, patterns: Mapping[str, Pattern]
) -> Iterable[Value]:
    numbers = {value: _of_span(field, value, counted) for value in asked.query.values(field)}
    labels: dict[str, str] = {}
    tones: dict[str, Tone] = {}
    for value, number in counted.values.get(field, []):
        name = value
        if field == "pattern":
            if value not in patterns:
                continue
            name = str(patterns[value].pk)
            labels[name] = patterns[value].template
            tones[name] = levels.tone(patterns[value].level)
        elif field == "level":
            tones[name] = levels.tone(levels.LEAST[value])
        numbers[name] = numbers.get(name, 0) + number
    most = max(numbers.values(), default=0) or 1
    chosen = set(asked.query.values(field))
    for value, number in numbers.items():
        term = _term(field, value)
        is_chosen = value in chosen
        yield Value(
            label=labels.get(value, value),
            lines=number,
            share=f"{100 * number / most:.1f}%",
            url=(asked.without(term) if is_chosen else asked.with_(term)).address(),
            without_url=asked.with_(_term(field, value, is_not=True)).address(),
            is_chosen=is_chosen,
            tone=tones.get(value, "neutral"),
        )


def _of_span(field: str, value: str, counted: Counted) -> int:
    """Lines of "warn+": of that level and worse; of anything else they are counted later."""
    if field != "level" or not value.endswith("+"):
        return 0
    least = levels.span(value)[0]
    return sum(n for name, n in counted.values["level"] if levels.LEAST[name] >= least)


def _term(field: str, value: str, *, is_not: bool = False) -> Term:
    if field in language.FIELDS:
        return language.field(field, value, is_not=is_not)
    key = "service.instance.id" if field == "process" else field
    return language.attribute(key, value, is_not=is_not)
