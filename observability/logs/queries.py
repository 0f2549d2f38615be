"""Questions about log lines, whatever store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from observability.logs.stores.base import MOST, Found, StoreError, Wanted
from observability.logs.stores.registry import store
from observability.partitions.days import WARNING
from portal.errors import Refused

HOUR = timedelta(hours=1)
WIDEST = timedelta(days=1)  # of a search for words among all lines of a component


class Away(Refused):
    """The store does not answer; later it may."""

    status = 503
    kind = "not-ready"


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the newest first; `older` is the cursor of the next page, "" on the last one."""

    lines: list[Found]
    older: str


def search(wanted: Wanted, *, before: str = "", most: int = 100) -> Page:
    """Lines that fit, refused in words where a search would read everything there is."""
    if wanted.since >= wanted.until:
        raise Refused("The end of the time lies before its beginning.", field="until")
    if wanted.words and not _is_narrow(wanted):
        raise Refused(
            "Looking for words in every line of everything takes too long. Choose a component and "
            "at most a day, or a trace, run or deployment, or only warnings and worse.",
            field="q",
        )
    size = max(1, min(most, MOST))
    try:
        found = store().search(wanted, before=_read(before), most=size + 1 if size < MOST else size)
    except StoreError as error:
        raise Away(error.message) from error
    page = found[:size]
    return Page(page, _written(page[-1]) if len(found) > size else "")


def _is_narrow(wanted: Wanted) -> bool:
    if wanted.trace_id or wanted.run_id or wanted.deployment_id or wanted.severity >= WARNING:
        return True
    return bool(wanted.component) and wanted.until - wanted.since <= WIDEST


def window(since: datetime | None, until: datetime | None, now: datetime) -> Wanted:
    """The last hour, unless something else is said."""
    end = until or now + timedelta(minutes=10)  # clocks of services may be ahead a little
    return Wanted(since=since or min(end, now) - HOUR, until=end)


def _written(line: Found) -> str:
    return f"{line.at.isoformat()}~{line.id}"


def _read(before: str) -> tuple[datetime, UUID] | None:
    at, _, identity = before.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(identity)
    except ValueError:
        return None


def words(text: str) -> tuple[str, ...]:
    """Words and phrases of a query: what stands in quotes belongs together."""
    parts = text.split('"')
    found = [part.split() if n % 2 == 0 else [part.strip()] for n, part in enumerate(parts)]
    return tuple(word for group in found for word in group if word)
