"""Questions about log lines, whatever store keeps them, and who may ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from observability import named
from observability.logs import asking, language, wanting
from observability.logs.asking import Asked
from observability.logs.stores.base import (
    MOST,
    Bar,
    Counted,
    Cursor,
    Found,
    StoreError,
    Wanted,
)
from observability.logs.stores.registry import store
from observability.logs.wanting import Condition, What
from observability.partitions.days import WARNING
from observability.patterns import queries as patterns
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.errors import Away, NotFound, Refused

NUMBERED = {wanting.COLUMNS[noun]: noun for noun in language.NUMBERED}  # by their columns
NEAR = timedelta(days=1)  # of what stands around a line


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the newest first; `older` is the cursor of the next page, "" on the last one."""

    lines: list[Found]
    older: str


@dataclass(frozen=True, slots=True)
class Around:
    """A line between those of the same source; both sides in the order of time."""

    before: list[Found]
    line: Found
    after: list[Found]


def wanted(asked: Asked, by: User, *more: Condition) -> Wanted:
    """What is asked for, as far as this person may read it. Refused where that is nothing."""
    read = map(_with_identities, map(_with_absorbed, wanting.conditions(asked.query)))
    conditions = (*read, *more)
    window = asked.span.window
    asking.refuse_walks(conditions, window)
    return Wanted(
        since=window.since,
        until=window.until,
        conditions=conditions,
        hidden=_hidden(conditions, by),
    )


def countable(asked: Asked, by: User) -> tuple[Wanted, bool]:
    """What facets count, and whether that is more than is asked for.

    Where words would be looked for in everything, it is all lines: a value of those narrows it.
    """
    try:
        return wanted(asked, by), False
    except asking.TooWide:
        return wanted(asking.without_sought(asked), by), True


def _with_absorbed(one: Condition) -> Condition:
    """Lines of a pattern stand under its own id and of those that it absorbed."""
    if one.name != "pattern" or one.what is not What.COLUMN:
        return one
    ids = [str(pk) for value in one.values for pk in patterns.of_one(value)]
    return replace(one, values=tuple(ids or one.values))


def _with_identities(one: Condition) -> Condition:
    """Lines of a run or a deployment stand under its identity; people write its number."""
    noun = NUMBERED.get(one.name)
    numbers = [int(value) for value in one.values if value.isdecimal()]
    if noun is None or one.what is not What.COLUMN or not numbers:
        return one
    known = named.identified(noun, numbers)
    if unknown := sorted(set(numbers) - known.keys()):
        raise NotFound(f"There is no {noun} {unknown[0]}.", field="q")
    values = (str(known[int(v)]) if v.isdecimal() else v for v in one.values)
    return replace(one, values=tuple(values))


def _hidden(conditions: tuple[Condition, ...], by: User) -> tuple[str, ...]:
    """Components whose lines are not for this person. One that is asked for is refused."""
    names = [
        name
        for one in conditions
        if one.name == "component" and one.what is What.COLUMN and not one.is_not
        for name in one.values
    ]
    if not names:
        return hidden_from(by)
    require_reading(names, by)
    return ()


def require_reading(names: Iterable[str], by: User) -> None:
    """Refused where one of these is of a team whose lines this person may not read."""
    for component in Component.objects.select_related("team").filter(name__in=names):
        access.require(by, "log.read", component)


def hidden_from(by: User) -> tuple[str, ...]:
    """Components of teams that this person does not belong to. What no team owns is for all."""
    if by.is_platform:
        return ()
    teams = access.teams_where(by, "log.read").values_list("pk", flat=True)
    rows = Component.objects.exclude(team__in=list(teams)).exclude(team__is_nobody=True)
    return tuple(rows.order_by("name").values_list("name", flat=True))


def search(wanted: Wanted, *, before: str = "", most: int = 100) -> Page:
    """Lines that fit, refused in words where a search would read everything there is.

    Nobody asks here: what comes out is for whoever may read it, see `wanted`.
    """
    if wanted.since >= wanted.until:
        raise Refused("The end of the time lies before its beginning.", field="until")
    if wanted.words and not _is_narrow(wanted):
        raise Refused(
            "Looking for words in every line of everything takes too long. Choose a component and "
            "at most a day, or a trace, run, deployment or request, or only warnings and worse.",
            field="q",
        )
    size = max(1, min(most, MOST))
    with told("q"):
        found = store().search(
            wanted, before=asking.cursor(before), most=size + 1 if size < MOST else size
        )
    rows = found[:size]
    return Page(rows, asking.key(rows[-1]) if len(found) > size else "")


def newer(wanted: Wanted, *, after: str, most: int = 100) -> list[Found]:
    """What was stored since a line, the newest first; without a line there is nothing to go by."""
    line = asking.cursor(after)
    if line is None:
        return []
    with told("q"):
        return store().stored_since(wanted, after=line, most=most)


def histogram(wanted: Wanted, step: int) -> list[Bar]:
    """Lines by level and `step` seconds."""
    with told("q"):
        return store().histogram(wanted, step=step)


def counted(wanted: Wanted) -> Counted:
    """Which values the newest lines have, and how often."""
    with told("q"):
        return store().counted(wanted)


def line(key: str, by: User) -> Found:
    """One line by its address."""
    cursor = asking.cursor(key)
    with told("q"):
        found = store().one(cursor) if cursor else None
    if found is None:
        raise NotFound("There is no such line: it was never there, or its time is over.")
    owner = Component.objects.select_related("team").filter(name=found.component).first()
    if owner is not None:
        access.require(by, "log.read", owner)
    return found


def around(found: Found, most: int) -> Around:
    """The lines of the same source before and after."""
    cursor: Cursor = (found.at, found.id)
    near = Wanted(
        since=found.at - NEAR,
        until=found.at + NEAR,
        component=found.component,
        conditions=(Condition(What.COLUMN, "environment", (found.environment,)),),
    )
    with told("q"):
        before = store().search(near, before=cursor, most=most)
        after = store().following(near, after=cursor, most=most)
    return Around(before[::-1], found, after)


def newest() -> datetime | None:
    """When the newest line was written: whether anything comes at all."""
    with told("q"):
        return store().newest()


@contextmanager
def told(field: str | None = None) -> Iterator[None]:
    """A store that does not answer, or can't, is refused in its words."""
    try:
        yield
    except StoreError as error:
        if error.permanent:
            raise Refused(error.message, field=field) from error
        raise Away(error.message) from error


def _is_narrow(wanted: Wanted) -> bool:
    if wanted.trace_id or wanted.run_id or wanted.deployment_id or wanted.severity >= WARNING:
        return True
    return bool(wanted.component) and wanted.until - wanted.since <= asking.WIDEST
