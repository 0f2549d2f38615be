"""What waits in this database for what another transaction holds."""

from __future__ import annotations

from django.db import connection


def somebody_waits() -> bool:
    """For a lock in this database."""
    return how_many_wait() > 0


def how_many_wait() -> int:
    """Connections that wait for a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same again
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])
