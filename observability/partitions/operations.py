"""Days of telemetry are made ahead and dropped when their time is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from observability.partitions import days
from observability.partitions.days import Keep, Partition

log = logging.getLogger(__name__)

TABLES = ("observability_logrecord", "observability_span", "observability_point")
LOCK = 4317  # of whoever makes or drops days: one at a time
PATIENCE = "3s"


def keep_up(*, now: datetime) -> tuple[int, int]:
    """Make the days that come and drop those that are over: (made, dropped).

    Each by itself: one that somebody holds is left for the next hour, and none of the others is.
    """
    made = dropped = 0
    for table in TABLES:
        there = set(found(table))
        for one in days.wanted(table, now, Keep):
            made += one not in there and _is_done(partial(make, [one]), one)
        for one in days.expired(there, now, settings.KEEP_TELEMETRY_DAYS):
            dropped += _is_done(partial(_drop, one), one)
    return made, dropped


def _is_done(work: Callable[[], object], one: Partition) -> bool:
    try:
        work()
    except OperationalError:
        log.warning("%s waits for the next hour", one.name, exc_info=True)
        return False
    return True


def make(wanted: Iterable[Partition]) -> int:
    """Make these days where they are not there yet; how many were asked for."""
    rows = sorted(wanted, key=lambda one: one.name)
    if not rows:
        return 0
    with _locked() as cursor:
        for one in rows:
            cursor.execute("SELECT to_regclass(%s)", [one.name])
            if cursor.fetchone() == (None,):
                _attach(cursor, one)
    return len(rows)


@contextmanager
def _locked() -> Iterator[CursorWrapper]:
    """One at a time, in a transaction that waits for no lock for long: behind whoever waits for a
    parent all stand who write and read.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield cursor


def _attach(cursor: CursorWrapper, one: Partition) -> None:
    """As a table of its own first: made as a part, it would want its parent for itself."""
    name, parent = sql.Identifier(one.name), sql.Identifier(one.parent)
    cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(name, parent))
    cursor.execute(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            parent,
            name,
            sql.Literal(f"{one.day.isoformat()} 00:00:00+00"),
            sql.Literal(f"{one.ends.isoformat()} 00:00:00+00"),
        )
    )


def _drop(one: Partition) -> None:
    """It takes a lock of the parent: rather an hour later than a queue behind a long query."""
    with _locked() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(one.name)))
    log.info("telemetry of %s is over: %s dropped", one.day, one.name)


def found(table: str) -> list[Partition]:
    """The days that a table has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf.relid::regclass::text FROM pg_partition_tree(%s::regclass) leaf"
            " WHERE leaf.isleaf",
            [table],
        )
        names = [str(name) for (name,) in cursor.fetchall()]
    return [one for name in names if (one := days.parsed(table, name))]
