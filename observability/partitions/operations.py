"""Days of telemetry are made ahead and dropped when their time is over."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from observability.partitions import days
from observability.partitions.days import Keep, Partition

log = logging.getLogger(__name__)

TABLES = ("observability_logrecord", "observability_span", "observability_point")
LOCK = 4317  # of whoever makes or drops days: one at a time


def keep_up(*, now: datetime) -> tuple[int, int]:
    """Make the days that come and drop those that are over: (made, dropped)."""
    made = dropped = 0
    for table in TABLES:
        there = set(_found(table))
        made += make([one for one in days.wanted(table, now, Keep) if one not in there])
        for one in days.expired(there, now, settings.KEEP_TELEMETRY_DAYS):
            dropped += _drop(one)
    return made, dropped


def make(wanted: Iterable[Partition]) -> int:
    """Make these days where they are not there yet; how many were asked for."""
    rows = sorted(wanted, key=lambda one: one.name)
    if not rows:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for one in rows:
            cursor.execute(_create(one))
    return len(rows)


def _create(one: Partition) -> sql.Composed:
    return sql.SQL(
        "CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})"
    ).format(
        sql.Identifier(one.name),
        sql.Identifier(one.parent),
        sql.Literal(f"{one.day.isoformat()} 00:00:00+00"),
        sql.Literal(f"{one.ends.isoformat()} 00:00:00+00"),
    )


def _drop(one: Partition) -> int:
    """It takes a lock of the parent: rather an hour later than a queue behind a long query."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(one.name)))
    log.info("telemetry of %s is over: %s dropped", one.day, one.name)
    return 1


def _found(table: str) -> list[Partition]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf.relid::regclass::text FROM pg_partition_tree(%s::regclass) leaf"
            " WHERE leaf.isleaf",
            [table],
        )
        names = [str(name) for (name,) in cursor.fetchall()]
    return [one for name in names if (one := days.parsed(table, name))]
