"""Questions about traces, whatever store keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from observability.logs import queries as logs
from observability.logs.stores.base import MOST as MOST_LINES
from observability.logs.stores.base import Found as Line
from observability.logs.stores.base import StoreError
from observability.logs.stores.base import Wanted as WantedLines
from observability.traces import asking, forest, waterfall
from observability.traces.stores.base import Amount, Ended, Found, Scope, Summary, Volumes, Wanted
from observability.traces.stores.registry import store
from observability.traces.waterfall import Waterfall
from portal.accounts.models import User
from portal.errors import Away, NotFound, Refused

SECOND = 1_000_000_000  # nanoseconds
OURS = "slipway."  # attributes of ours: names, numbers and identities


@dataclass(frozen=True, slots=True)
class Page:
    """Traces; `older` is the cursor of the next page, "" on the last one."""

    rows: list[Summary]
    older: str

    @property
    def components(self) -> list[tuple[str, int]]:
        """Who took part, and in how many of these traces."""
        return Counter(name for row in self.rows for name in row.components).most_common()

    @property
    def longest(self) -> int:
        return max((row.duration for row in self.rows), default=1) or 1


def search(wanted: Wanted, *, before: str = "", most: int = 50) -> Page:
    """Traces that fit, newest first."""
    if wanted.since >= wanted.until:
        raise Refused("The end of the time lies before its beginning.", field="until")
    try:
        page = store().search(wanted, before=asking.cursor(before), most=most)
    except StoreError as error:
        raise Away(error.message) from error
    return Page(page.found, asking.written(page.older) if page.older else "")


def amounts(wanted: Wanted) -> list[Amount]:
    """What there is to narrow down by, counted among the newest."""
    try:
        return store().amounts(wanted)
    except StoreError as error:
        raise Away(error.message) from error


def ended(wanted: Wanted, *, newest_first: bool, most: int) -> list[Ended]:
    """How spans ended, one by one, from one end of the time on."""
    try:
        return store().ended(wanted, newest_first=newest_first, most=most)
    except StoreError as error:
        raise Away(error.message) from error


def volumes(scope: Scope, *, wide: int) -> Volumes:
    """Requests of a component as they were counted, in steps of `wide` seconds."""
    try:
        return store().volumes(scope, wide=wide)
    except StoreError as error:
        raise Away(error.message) from error


def by(amounts: Sequence[Amount], column: str) -> list[tuple[str, int]]:
    """How many spans have which value, the most first."""
    counts: Counter[str] = Counter()
    for amount in amounts:
        counts[getattr(amount, column)] += amount.spans
    return [(value, spans) for value, spans in counts.most_common() if value]


class Unseen(NotFound):
    """A trace of which no span is here: not yet, or not any longer."""


def trace(trace_id: str, *, most: int = 10_000) -> list[Found]:
    """The spans of a trace by their beginning; Unseen where none is known."""
    if not asking.IDENTITY.fullmatch(trace_id):
        raise NotFound("A trace is called by 32 hexadecimal digits; this is none.")
    try:
        found = store().trace(trace_id, most=most)
    except StoreError as error:
        raise Away(error.message) from error
    if not found:
        raise Unseen(
            f"No span of trace {trace_id} is known here: it has not ended yet, it was sent "
            "elsewhere, or it is over and forgotten."
        )
    return found


def drawn(trace_id: str) -> Waterfall:
    """The trace as the page shows it."""
    return waterfall.drawn(trace(trace_id, most=waterfall.MOST + 1))


@dataclass(frozen=True, slots=True)
class Opened:
    """A span that somebody opened, with its lines."""

    span: Found
    is_hidden: bool  # what it says is not for this person
    own: float  # seconds in which nothing inside of it went on
    skew: float  # seconds by which its clock was set right
    lines: list[Line]
    is_cut: bool  # there may be more lines


def span(trace_id: str, span_id: str, by: User) -> Opened:
    """One span of a trace and what was logged in it, as far as this person may read it."""
    hidden = frozenset(logs.hidden_from(by))
    nodes = forest.planted(trace(trace_id)).nodes
    node = nodes.get(span_id)
    if node is None:
        raise NotFound(f"The trace {trace_id} has no span {span_id}.")
    own = waterfall.own_time(node, [nodes[child] for child in node.children]) / SECOND
    known = _lines(trace_id, node.span.at, hidden)
    told = [line for line in known if line.span_id == span_id]
    return Opened(
        span=quiet(node.span) if node.span.component in hidden else node.span,
        is_hidden=node.span.component in hidden,
        own=own,
        skew=node.shift / SECOND,
        lines=told,
        is_cut=len(known) >= MOST_LINES,
    )


def _lines(trace_id: str, around: datetime, hidden: Iterable[str]) -> list[Line]:
    """What was logged in a trace, the oldest first; at most 500 lines."""
    since, until = around - asking.AROUND, around + asking.AROUND
    wanted = WantedLines(since, until, trace_id=trace_id, hidden=tuple(hidden))
    return logs.search(wanted, most=MOST_LINES).lines[::-1]


def readable(spans: Iterable[Found], by: User) -> list[Found]:
    """Spans as this person may read them: what one says is for those who read its logs."""
    hidden = frozenset(logs.hidden_from(by))
    return [quiet(span) if span.component in hidden else span for span in spans]


def quiet(span: Found) -> Found:
    """When and how long, by whom, and how it ended, without its words."""
    kept = {key: value for key, value in span.attributes.items() if key.startswith(OURS)}
    resource = span.attributes.get("resource")
    if isinstance(resource, dict):
        kept["resource"] = {key: resource[key] for key in ("service.name",) if key in resource}
    return replace(span, attributes=kept, events=[], message="")
