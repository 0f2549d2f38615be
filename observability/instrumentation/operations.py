"""What processes write about what they told: nobody does it, so it is not in the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from observability.instrumentation.models import Outlet
from observability.instrumentation.tally import Tally

FORGOTTEN = timedelta(days=1)
ADD = """
INSERT INTO observability_outletsum AS kept (process, spans, lines, dropped_spans, dropped_lines)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (process) DO UPDATE SET spans = kept.spans + excluded.spans,
    lines = kept.lines + excluded.lines,
    dropped_spans = kept.dropped_spans + excluded.dropped_spans,
    dropped_lines = kept.dropped_lines + excluded.dropped_lines
"""


@transaction.atomic
def note(
    *, name: str, process: str, counted: Tally, more: Tally, message: str, now: datetime
) -> None:
    """How much this process has sent and dropped so far, and how much of it is new: that stays
    when the process is started again.
    """
    row = Outlet(name=name, process=process, message=message, seen_at=now, **counted._asdict())
    fields = ["process", "message", "seen_at", *Tally._fields]
    Outlet.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["name"], update_fields=fields
    )
    with connection.cursor() as cursor:
        cursor.execute(ADD, [process, *more])


def forget(*, now: datetime) -> int:
    """Processes that ended a day ago are history. How many."""
    gone, _ = Outlet.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    return gone
