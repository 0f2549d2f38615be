"""Tables beside a client's, where rows wait until they are put in its place.

Their names say for which table; nobody looks at them, and what a killed worker left is dropped by
whoever comes next.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import errors, sql

from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.engines.base import Column

CHUNK = 256 * 1024
EVERY = 0.5


class Unwanted(Exception):
    """Whoever delivers does not want it any more."""


@dataclass(frozen=True, slots=True)
class Staging:
    """A table beside one: its rows' columns, and which try it is of, which its comment says."""

    table: Table
    columns: tuple[Column, ...]
    order: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)


def beside(table: Table, order: str) -> Table:
    """A staging table of one try."""
    digest = hashlib.sha256(order.encode()).hexdigest()[:16]
    return Table(table.schema, f"{prefix(table)}{digest}")


def prefix(table: Table) -> str:
    """How the staging tables of a table begin."""
    return f"slipway_{hashlib.sha256(table.name.encode()).hexdigest()[:10]}_"


def drop_older(connection: Connection, table: Table, order: str, *, including: bool) -> None:
    """Drop what earlier tries left behind. One that is still held by someone is left alone."""
    rows = connection.execute(
        "SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s "
        "AND starts_with(c.relname, %s) AND c.relkind = 'r'",
        [table.schema, prefix(table)],
    ).fetchall()
    for name, left_by in rows:
        if left_by < order or (including and left_by == order):
            drop(connection, Table(table.schema, name))


def drop(connection: Connection, table: Table) -> None:
    """Drop a staging table; whoever still holds it keeps it, and a later try drops it then."""
    try:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table.identifier))
    except errors.LockNotAvailable:
        return


def stage(
    connection: Connection,
    staging: Staging,
    content: Path,
    *,
    types: Mapping[str, str],
    keep_on: Callable[[], bool],
) -> None:
    """Copy the rows into a table of their own, which nobody looks at."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(types[column.name]))
        for column in staging.columns
    )
    name = staging.table.identifier
    connection.execute(sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(name, columns))
    comment = sql.SQL("COMMENT ON TABLE {} IS {}").format(name, sql.Literal(staging.order))
    connection.execute(comment)
    asked = time.monotonic()
    command = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(name)
    with content.open("rb") as file, connection.cursor().copy(command) as copy:
        while piece := file.read(CHUNK):
            copy.write(piece)
            if time.monotonic() - asked > EVERY:
                asked = time.monotonic()
                if not keep_on():
                    raise Unwanted
