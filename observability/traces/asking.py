"""What somebody asks of traces, out of a query string; and how a page says where the next begins.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from observability.logs import asking as logs
from observability.traces.stores.base import Wanted

IDENTITY = re.compile(r"[0-9a-f]{32}")
FILTERS = (
    "component",
    "environment",
    "operation",
    "least",
    "error",
    "own",
    "time",
    "since",
    "until",
)
AHEAD = timedelta(minutes=10)  # clocks of services may be ahead a little
AROUND = timedelta(days=8)  # a trace and its lines lie that near, approvals in between
TIMES = {
    "1h": ("Last hour", timedelta(hours=1)),
    "6h": ("Last 6 hours", timedelta(hours=6)),
    "1d": ("Last day", timedelta(days=1)),
    "3d": ("Last 3 days", timedelta(days=3)),
    "14d": ("Last 14 days", timedelta(days=14)),
}
USUAL = "1d"
LEAST = {
    "100ms": ("At least 100 ms", 100_000_000),
    "1s": ("At least 1 s", 1_000_000_000),
    "10s": ("At least 10 s", 10_000_000_000),
    "60s": ("At least 1 min", 60_000_000_000),
}


def given(query: Mapping[str, str]) -> dict[str, str]:
    """The page's filters out of a query string, without what no name has."""
    return {name: query.get(name, "").replace("\0", "").strip()[:200] for name in FILTERS}


def wanted(given: Mapping[str, str], now: datetime) -> Wanted:
    """What the page's filters mean; nonsense means nothing, but of a time it is refused."""
    since, until = between(given, now)
    _, least = LEAST.get(given.get("least", ""), ("", 0))
    return Wanted(
        since=since,
        until=until,
        component=given.get("component", ""),
        environment=given.get("environment", ""),
        name=given.get("operation", ""),
        least=least,
        only_errors=bool(given.get("error")),
        without_ours=not given.get("own"),
    )


def between(given: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From when to before when: up to now, or fixed by `since` and `until`, refused if none."""
    if given.get("since") or given.get("until"):
        fixed = logs.span(given, now)
        return fixed.since, fixed.until
    _, span = TIMES[named(given)]
    return now - span, now + AHEAD


def named(given: Mapping[str, str]) -> str:
    """The name of the time up to now; the usual one for nonsense."""
    name = given.get("time", "")
    return name if name in TIMES else USUAL


def longer(given: Mapping[str, str]) -> tuple[str, str] | None:
    """The longest time with the words of its link; None where it is asked for already."""
    name, (words, _) = [*TIMES.items()][-1]
    if named(given) == name and not (given.get("since") or given.get("until")):
        return None
    return name, f"Look at the {words.lower()}"


def written(at: tuple[datetime, UUID]) -> str:
    """A place between two pages as a part of an address."""
    return f"{at[0].isoformat()}~{at[1]}"


def cursor(before: str) -> tuple[datetime, UUID] | None:
    """The place that `written` wrote; nonsense means the first page."""
    at, _, identity = before.partition("~")
    try:
        found = datetime.fromisoformat(at)
        return (found, UUID(identity)) if found.tzinfo else None
    except ValueError:
        return None
