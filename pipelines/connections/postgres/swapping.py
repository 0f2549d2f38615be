"""Rows on their way into somebody's table: staged beside it, then put in its place in one act.

What is done inside one transaction of the client's database: lock the note of what stands in the
table, see that nothing newer does, replace the rows, write the note. It is left open; whoever
called commits. See docs/decisions/table-swap.md.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import errors, sql

from pipelines.connections.postgres import catalogue, notes
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.notes import Note
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.types import Found
from pipelines.connections.postgres.writing import declared, fits
from pipelines.engines.base import Column

CHUNK = 256 * 1024
EVERY = 0.5


class Outranked(Exception):
    """Something newer stands in the table already."""


class Unwanted(Exception):
    """Whoever delivers does not want it any more."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to stand in the table. `order` tells tries at one place apart, oldest first.

    `overrules`: the rank of rejected content, which keeps nobody out; "" is none.
    """

    table: Table
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_upsert: bool
    rank: str
    order: str
    overrules: str
    checksum: str

    @property
    def staging(self) -> Table:
        """The table beside it; its name says for which table, its comment which try."""
        digest = hashlib.sha256(self.order.encode()).hexdigest()[:16]
        return Table(self.table.schema, f"{prefix(self.table)}{digest}")


def prefix(table: Table) -> str:
    """How the staging tables of a table begin."""
    return f"slipway_{hashlib.sha256(table.name.encode()).hexdigest()[:10]}_"


def found(connection: Connection, table: Table) -> list[Found] | None:
    """The columns of the table, or None where there is none yet."""
    return catalogue.columns(connection, table) if catalogue.exists(connection, table) else None


def misfits(load: Load, there: Sequence[Found]) -> list[str]:
    """Why the columns do not fit those of the table, in sentences."""
    known = {each.name: each for each in there}
    said = []
    for column in load.columns:
        target = known.get(column.name)
        if target is None:
            said.append(f"{load.table} has no column {column.name}.")
        elif not fits(column.type, target):
            said.append(
                f"The column {column.name} is {column.type} and {target.said} in the table, "
                "which does not hold all of its values."
            )
    return said


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
    load: Load,
    content: Path,
    *,
    types: dict[str, str],
    keep_on: Callable[[], bool],
) -> None:
    """Copy the rows into a table of their own, which nobody looks at."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(types[column.name]))
        for column in load.columns
    )
    staging = load.staging.identifier
    connection.execute(sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(staging, columns))
    comment = sql.SQL("COMMENT ON TABLE {} IS {}").format(staging, sql.Literal(load.order))
    connection.execute(comment)
    asked = time.monotonic()
    command = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(staging)
    with content.open("rb") as file, connection.cursor().copy(command) as copy:
        while piece := file.read(CHUNK):
            copy.write(piece)
            if time.monotonic() - asked > EVERY:
                asked = time.monotonic()
                if not keep_on():
                    raise Unwanted


def swap(connection: Connection, load: Load, *, is_there: bool, note: Note) -> bool:
    """Everything but the commit, in a transaction of its own; whether it came late.

    Outranked: nothing was changed. An upsert that comes after a newer one is late: it adds the rows
    whose key is missing, and changes none.
    """
    stands = notes.locked(connection, load.table)
    is_late = stands > load.rank and stands != load.overrules
    if is_late and not load.is_upsert:
        raise Outranked
    if not is_there:
        _create(connection, load)
    elif not load.is_upsert:
        connection.execute(sql.SQL("DELETE FROM {}").format(load.table.identifier))
    connection.execute(_insert(load, is_late=is_late))
    write = notes.came_late if is_late else notes.stands
    write(connection, load.table, note)
    connection.execute(sql.SQL("DROP TABLE {}").format(load.staging.identifier))
    return is_late


def column_types(load: Load, there: Sequence[Found] | None) -> dict[str, str]:
    """PostgreSQL's type of each column: the table's own, or the one that is made for it."""
    if there is not None:
        return {each.name: each.said for each in there}
    types = {column.name: declared(column.type) for column in load.columns}
    for column in load.columns:
        if types[column.name] is None:
            raise Trouble(
                f"The column {column.name} is {column.type}, which a table can't hold. Cast it in "
                "the query, to text for example.",
                permanent=True,
            )
    return {name: str(kind) for name, kind in types.items()}


def lacking_key(load: Load, there: Sequence[Found] | None) -> str:
    """Why rows can't be told apart for an upsert, or ""."""
    names = {column.name for column in load.columns}
    if load.is_upsert and there is not None and not set(load.key) <= names:
        return f"The key ({', '.join(load.key)}) is not among the columns."
    return ""


def _create(connection: Connection, load: Load) -> None:
    parts = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(column.name),
            sql.SQL(str(declared(column.type))),
            sql.SQL(" NOT NULL" if column.required else ""),
        )
        for column in load.columns
    ]
    if load.key:
        parts.append(sql.SQL("PRIMARY KEY ({})").format(_names(load.key)))
    connection.execute(
        sql.SQL("CREATE TABLE {} ({})").format(load.table.identifier, sql.SQL(", ").join(parts))
    )


def _insert(load: Load, *, is_late: bool) -> sql.Composed:
    names = [column.name for column in load.columns]
    insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        load.table.identifier, _names(names), _names(names), load.staging.identifier
    )
    if not load.is_upsert:
        return insert
    rest = [] if is_late else [name for name in names if name not in load.key]
    taken = sql.SQL(", ").join(
        sql.SQL("{} = EXCLUDED.{}").format(sql.Identifier(name), sql.Identifier(name))
        for name in rest
    )
    action = sql.SQL("UPDATE SET {}").format(taken) if rest else sql.SQL("NOTHING")
    return insert + sql.SQL(" ON CONFLICT ({}) DO {}").format(_names(load.key), action)


def _names(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
