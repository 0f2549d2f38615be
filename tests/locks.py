"""What waits in this database for what another transaction holds."""

from __future__ import annotations

from django.db import connection


def somebody_waits() -> bool:
    """For a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None
