"""What processes write about what they told: nobody does it, so it is not in the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

from observability.instrumentation.models import Outlet

FORGOTTEN = timedelta(days=1)


def note(
    *,
    name: str,
    process: str,
    spans: int,
    lines: int,
    dropped_spans: int,
    dropped_lines: int,
    message: str,
    now: datetime,
) -> None:
    """How much this process has sent and dropped so far. One statement."""
    row = Outlet(
        name=name,
        process=process,
        spans=spans,
        lines=lines,
        dropped_spans=dropped_spans,
        dropped_lines=dropped_lines,
        message=message,
        seen_at=now,
    )
    fields = ["spans", "lines", "dropped_spans", "dropped_lines", "message", "seen_at", "process"]
    Outlet.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["name"], update_fields=fields
    )


def forget(*, now: datetime) -> int:
    """Processes that ended a day ago are history. How many."""
    gone, _ = Outlet.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    return gone
