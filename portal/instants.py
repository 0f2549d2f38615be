"""Instants as PostgreSQL takes them: it knows no place that is sixteen hours away from Greenwich.

ISO 8601 and Python do, so an address may ask for what was made since 2026-08-09T08:58+22:53.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.types.datetime import DatetimeDumper

FARTHEST = timedelta(hours=15, minutes=59)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Known(DatetimeDumper):
    """The same instant in UTC, where its own offset would be refused."""

    def dump(self, obj: Any) -> Buffer | None:
        return super().dump(known(obj))


def known(at: datetime) -> datetime:
    """The same instant, said so that PostgreSQL takes it; the first or last one beyond these."""
    offset = at.utcoffset()
    if offset is None or abs(offset) <= FARTHEST:
        return at
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return FIRST if offset > timedelta(0) else LAST


def register() -> None:
    """For every connection that is made from now on."""
    psycopg.adapters.register_dumper(datetime, Known)
