"""Lines by their templates: all of them where only a component, its environment and levels are
asked for, because those are summed up as they are written; else among the newest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from observability.logs import levels, queries
from observability.logs.stores.base import Wanted
from observability.logs.wanting import Condition, What
from observability.patterns import queries as patterns
from observability.patterns.models import Pattern


@dataclass(frozen=True, slots=True)
class Alike:
    """Templates with how many lines have each, the most first.

    `of` lines were counted, which `is_all` of them or not; a sample is the newest.
    """

    rows: Sequence[tuple[Pattern, int]]
    of: int
    is_all: bool
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What is summed up: a component, in an environment ("" is any), and conditions of level."""

    component: str
    environment: str
    levels: tuple[Condition, ...]


def found(wanted: Wanted, now: datetime) -> Alike:
    """At most six queries, however many lines there are."""
    scope = scope_of(wanted.conditions)
    return _sampled(wanted) if scope is None else _summed(wanted, scope, now)


def scope_of(conditions: Sequence[Condition]) -> Scope | None:
    """None where something else is asked for, which nobody has summed up."""
    named: dict[str, str] = {}
    by_level = [one for one in conditions if one.what is What.LEVEL]
    for one in conditions:
        if one.what is What.LEVEL:
            continue
        is_plain = one.what is What.COLUMN and not one.is_not and len(one.values) == 1
        if not is_plain or one.name not in {"component", "environment"} or one.name in named:
            return None
        named[one.name] = one.values[0]
    if "component" not in named:
        return None
    return Scope(named["component"], named.get("environment", ""), tuple(by_level))


def _summed(wanted: Wanted, scope: Scope, now: datetime) -> Alike:
    window = patterns.Window(wanted.since, wanted.until)
    summed = patterns.summed(scope.component, scope.environment, window, now=now)
    rows = [(one, n) for one, n in summed.rows if all(_fits(one, c) for c in scope.levels)]
    return Alike(_ordered(rows), sum(n for _, n in rows), not summed.is_cut, is_sample=False)


def _fits(pattern: Pattern, asked: Condition) -> bool:
    spans = [levels.span(value) for value in asked.values]
    return asked.is_not != any(first <= pattern.level <= last for first, last in spans)


def _sampled(wanted: Wanted) -> Alike:
    counted = queries.counted(wanted)
    values = counted.values["pattern"]
    known = patterns.by_id(value for value, _ in values)
    numbers: Counter[Pattern] = Counter()
    for value, number in values:
        if pattern := known.get(value):
            numbers[pattern] += number
    is_all = counted.is_all
    return Alike(_ordered([*numbers.items()]), counted.of, is_all, is_sample=not is_all)


def _ordered(rows: list[tuple[Pattern, int]]) -> list[tuple[Pattern, int]]:
    return sorted(rows, key=lambda row: (-row[1], row[0].template))
