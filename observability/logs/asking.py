"""What is asked for: the query line, the time and the page, as an address has them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from observability.logs import language, spans, wanting
from observability.logs.language import Query, Term
from observability.logs.spans import Span
from observability.logs.stores.base import Cursor, Found
from observability.logs.wanting import Condition, What
from observability.partitions.days import WARNING
from portal.errors import Refused

WIDEST = timedelta(days=1)  # of a search for words among all lines of a component
NARROW = {
    "trace_id",
    "run_id",
    "deployment_id",
    "pattern",
    "client",
    "request_id",
}  # what has an index
ROOM = timedelta(minutes=10)  # in which a link looks for what it names, before and after
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be read."""

    query: Query
    span: Span

    def address(self, **more: str) -> str:
        """The query string of it, with something else beside it."""
        text = str(self.query)
        asked = {**({"q": text} if text else {}), **self.span.asked, **more}
        return f"?{urlencode(asked)}" if asked else "?"

    def with_(self, term: Term) -> Asked:
        return replace(self, query=self.query.with_(term))

    def without(self, term: Term) -> Asked:
        return replace(self, query=self.query.without(term))

    def within(self, since: datetime, until: datetime) -> Asked:
        return replace(self, span=Span(since, until))


def read(given: Mapping[str, str], now: datetime) -> Asked:
    """What an address asks for. What can't be read is refused, with its position."""
    return Asked(query(given.get("q", "")), span(given, now))


def query(text: str) -> Query:
    try:
        return language.parse(text)
    except language.Unreadable as error:
        place = f"At character {error.at + 1}: {error.message}"
        details = [{"field": "q", "message": error.message, "column": error.at + 1}]
        raise Refused(place, field="q", details=details) from error


def span(given: Mapping[str, str], now: datetime) -> Span:
    try:
        return spans.read(given, now)
    except spans.Unreadable as error:
        raise Refused(error.message, field=error.field) from error


def key(line: Found) -> str:
    """A line in an address: its time in microseconds and its id."""
    return f"{(line.at - EPOCH) // MICROSECOND}~{line.id}"


def cursor(text: str) -> Cursor | None:
    """The line that `key` wrote; None where it is none."""
    at, _, identity = text.partition("~")
    try:
        return EPOCH + int(at) * MICROSECOND, UUID(identity)
    except (ValueError, OverflowError):
        return None


class TooWide(Refused):
    """Words in every line of everything: other than narrower that can't be answered."""


def refuse_walks(conditions: tuple[Condition, ...], window: wanting.Window) -> None:
    """Words in every line of everything take too long: say what to narrow."""
    if is_walk(conditions, window):
        raise TooWide(
            "Looking for words in every line of everything takes too long. Choose a component and "
            "at most a day, or a trace, run, deployment or request, or only warnings and worse.",
            field="q",
        )


def is_walk(conditions: tuple[Condition, ...], window: wanting.Window) -> bool:
    """Whether nothing finds these words but reading every line."""
    sought = [one for one in conditions if not one.is_not and _is_sought(one)]
    if not sought or is_narrow(conditions) or wanting.least_severity(conditions) >= WARNING:
        return False
    has_component = any(one.name == "component" and not one.is_not for one in conditions)
    # A preset ends a little ahead of the clock
    return not has_component or window.until - window.since > WIDEST + spans.AHEAD


def is_narrow(conditions: tuple[Condition, ...]) -> bool:
    """Whether an index finds these, however long the time is."""
    return any(one.name in NARROW and not one.is_not for one in conditions)


def without_sought(asked: Asked) -> Asked:
    """What is left of a question without what no index finds: it can be counted."""
    kept = (
        term
        for term in asked.query.terms
        if term.is_not or not any(map(_is_sought, wanting.conditions(Query((term,)))))
    )
    return replace(asked, query=Query(tuple(kept)))


def among_warnings(asked: Asked) -> Asked:
    """The same among warnings and worse."""
    levels = [one for one in asked.query.terms if one.name == "level" and not one.is_not]
    for term in levels:
        asked = asked.without(term)
    return asked.with_(language.field("level", "warn+"))


def within_a_day(asked: Asked, now: datetime) -> Asked:
    """The same in the last day; of a fixed time the last day, or all of it where that is less."""
    span = asked.span
    if span.is_moving:
        return replace(asked, span=Span(now - WIDEST, now, "24h"))
    return asked.within(max(span.since, span.until - WIDEST), span.until)


def _is_sought(one: Condition) -> bool:
    """What no index of its own finds."""
    if one.what in {What.WORD, What.ATTRIBUTE}:
        return one.name not in NARROW
    return one.name in {"version", "span_id"}
