"""The portal's own slow statements, as its instrumentation tells of them: by their text.

Other services call databases, too, and send spans of that: ours are told apart by who sent them,
and stand in an index of their own (migration 0023).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from observability.traces.stores.base import MOST_STATEMENTS, Statement

SQL = """
SELECT text, count(*), percentile_disc(0.95) WITHIN GROUP (ORDER BY duration) / 1e9,
    max(duration) / 1e9, sum(duration) / 1e9, max(at),
    (array_agg(replace(trace_id::text, '-', '') || ' ' || span_id ORDER BY duration DESC))[1]
FROM (
    SELECT attributes->>'db.query.text' AS text, duration, at, trace_id, span_id
    FROM observability_span
    WHERE kind = 3 AND attributes ? 'db.query.text'
        AND attributes->'resource'->>'service.name' LIKE 'slipway-%%'
        AND at >= %(since)s AND at < %(until)s
    ORDER BY at DESC LIMIT %(read)s
) AS newest
GROUP BY text ORDER BY sum(duration) DESC, text LIMIT %(most)s
"""


def slowest(since: datetime, until: datetime, most: int) -> list[Statement]:
    """One query, by index."""
    given: dict[str, Any] = {"since": since, "until": until, "read": MOST_STATEMENTS, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(SQL, given)
        rows = cursor.fetchall()
    return [
        Statement(text, n, float(p95), float(longest), float(total), at, *place.split())
        for text, n, p95, longest, total, at, place in rows
    ]
