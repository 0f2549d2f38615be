"""What the map need not know any longer, some thousand rows at a time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import connection

HALVES = timedelta(hours=1)  # in which the other half of a call may come, or a batch come again
HOURS = timedelta(days=3)
DAYS = timedelta(days=35)
BATCH = 20_000
SECONDS = 10.0  # after which a tick leaves the rest to the next one
MOST_HALVES = 500_000  # remembered at once; beyond that the oldest are forgotten sooner

OLD = """
DELETE FROM observability_spanhalf WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM observability_spanhalf WHERE seen_at < %s ORDER BY seen_at LIMIT %s))
"""
CROWDED = """
SELECT seen_at FROM observability_spanhalf ORDER BY seen_at DESC OFFSET %s LIMIT 1
"""


def forget(*, now: datetime) -> int:
    """Old halves, hours and days, and edges without any; how many rows went."""
    gone = _halves(now)
    with connection.cursor() as cursor:
        for span, kept in (("hour", HOURS), ("day", DAYS)):
            cursor.execute(
                "DELETE FROM observability_edgesum WHERE span = %s AND begins_at < %s",
                [span, now - kept],
            )
            gone += cursor.rowcount
        cursor.execute(
            "DELETE FROM observability_observededge e WHERE last_seen_at < %s AND NOT EXISTS"
            " (SELECT FROM observability_edgesum s WHERE s.edge_id = e.id)",
            [now - DAYS],
        )
        return gone + int(cursor.rowcount)


def _halves(now: datetime) -> int:
    """One batch after the other; a tick that is cut off goes on with the next one."""
    until = time.monotonic() + SECONDS
    gone = 0
    with connection.cursor() as cursor:
        cursor.execute(CROWDED, [MOST_HALVES])
        crowded = cursor.fetchone()
        before = max(now - HALVES, crowded[0]) if crowded else now - HALVES
        while time.monotonic() < until:
            cursor.execute(OLD, [before, BATCH])
            gone += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    return gone
