"""What processes told of themselves, for the page of workers and for Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from observability.instrumentation.models import Outlet

HEARD = timedelta(hours=1)  # a process that works says something at least that often
BUSY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Told:
    """One process; `trouble` says in words what is wrong, "" where nothing is."""

    outlet: Outlet
    trouble: str

    @property
    def dropped(self) -> int:
        return self.outlet.dropped_spans + self.outlet.dropped_lines


def outlets(now: datetime) -> list[Told]:
    """Processes that were heard of lately: of each kind on a machine the last one, as one that was
    started again leaves its row behind, and others that said something just now.
    """
    rows = Outlet.objects.filter(seen_at__gte=now - HEARD).order_by("process", "-seen_at")
    known: set[tuple[str, str]] = set()
    found = []
    for row in rows:
        place = row.process, row.name.partition(":")[0]
        if place not in known or row.seen_at >= now - BUSY:
            found.append(Told(row, _trouble(row)))
        known.add(place)
    return found


def _trouble(row: Outlet) -> str:
    if row.message:
        return row.message
    dropped = row.dropped_spans + row.dropped_lines
    return f"{dropped:,} were dropped: more was told than could be written." if dropped else ""
