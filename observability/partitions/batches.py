"""Writing a batch of rows into a partitioned table, in one transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import IntegrityError, connection, transaction
from psycopg import sql

from observability.partitions import operations
from observability.partitions.copying import BILLION
from observability.partitions.days import Keep, Partition

DAY = 86_400 * BILLION
EPOCH = date(1970, 1, 1).toordinal()


def day_of(nanoseconds: int) -> date:
    return date.fromordinal(EPOCH + nanoseconds // DAY)


def write(
    table: str, columns: tuple[str, ...], lines: list[str], places: set[tuple[Keep, date]]
) -> None:
    """COPY these lines. A day that is not there yet is made, and they are written again."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    content = "\n".join(lines) + "\n"
    try:
        _copy(statement, content)
    except IntegrityError:  # there is no constraint but that of the days
        operations.make(Partition(table, keep, day) for keep, day in places)
        _copy(statement, content)


def _copy(statement: sql.Composed, content: str) -> None:
    """In a transaction of its own: the commit waits for the disk once for all rows."""
    with (
        connection.wrap_database_errors,
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.write(content)


def nanoseconds(at: datetime) -> int:
    """Of an instant, exactly: a float of seconds would lose microseconds."""
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * BILLION + since.microseconds * 1000
