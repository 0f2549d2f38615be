"""Instants that may be asked for, and as PostgreSQL takes them.

It knows no place that is sixteen hours away from Greenwich. ISO 8601 and Python do, so an address
may ask for what was made since 2026-08-09T08:58+22:53.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.core.exceptions import ValidationError
from psycopg.abc import Buffer
from psycopg.types.datetime import DatetimeDumper

FARTHEST = timedelta(hours=15, minutes=59)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
# Of what is asked for. Identities count from 1970 on, and whatever is reckoned with these - a day
# before, a window that looks back, the next due time - still is a time.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
SENSIBLE = "Write a time from 1970 to 2199, such as 2026-11-20T14:00:00Z."


def is_sensible(at: datetime) -> bool:
    """A time in which something can have happened, or may be planned."""
    return EARLIEST <= at < LATEST


def sensible(at: datetime) -> None:
    """A validator for fields of forms and of the API."""
    if not is_sensible(at):
        raise ValidationError(SENSIBLE)


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
