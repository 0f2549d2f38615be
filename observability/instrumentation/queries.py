"""What processes told of themselves, for the page of workers and for Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from observability.instrumentation.models import Outlet, OutletSum
from observability.instrumentation.tally import Tally

HEARD = timedelta(hours=1)  # a process that works says something at least that often
BUSY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Told:
    """One process; `trouble` says in words what is wrong, "" where nothing is.

    `before`: what others of its kind dropped, those that ended too.
    """

    outlet: Outlet
    trouble: str
    before: int

    @property
    def dropped(self) -> int:
        return self.outlet.counted.dropped


def in_all() -> dict[str, Tally]:
    """By kind of process: what was ever sent and dropped."""
    return {row.process: row.counted for row in OutletSum.objects.order_by("process")}


def outlets(now: datetime) -> list[Told]:
    """Processes that were heard of lately: of each kind on a machine the last one, as one that was
    started again leaves its row behind, and others that said something just now. Two queries.
    """
    rows = Outlet.objects.filter(seen_at__gte=now - HEARD).order_by("process", "-seen_at")
    sums = in_all()
    known: set[tuple[str, str]] = set()
    found = []
    for row in rows:
        place = row.process, row.name.partition(":")[0]
        if place not in known or row.seen_at >= now - BUSY:
            others = sums.get(row.process, Tally()).dropped - row.counted.dropped
            found.append(Told(row, _trouble(row), max(others, 0)))
        known.add(place)
    return found


def _trouble(row: Outlet) -> str:
    if row.message:
        return row.message
    dropped = row.counted.dropped
    return f"{dropped:,} were dropped: more was told than could be written." if dropped else ""
