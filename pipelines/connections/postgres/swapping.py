"""Rows on their way into somebody's table: staged beside it, then put in its place in one act.

What is done inside one transaction of the client's database: lock the note of what stands in the
table, see that nothing newer does, replace the rows, write the note. It is left open; whoever
called commits. See docs/decisions/table-swap.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import errors, sql

from pipelines.connections.postgres import catalogue, notes
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.notes import Note
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.staging import Staging, beside
from pipelines.connections.postgres.types import Found
from pipelines.connections.postgres.writing import declared, fits
from pipelines.engines.base import Column


class Outranked(Exception):
    """Something newer stands in the table already."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to stand in the table. `order` tells tries at one place apart, oldest first.

    `overrules`: the rank of rejected content, which keeps nobody out; "" is none. `wrong` are the
    columns of rejected content, which an upsert that comes late mends.
    """

    table: Table
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_upsert: bool
    rank: str
    order: str
    overrules: str
    checksum: str
    wrong: tuple[Column, ...] = ()

    @property
    def staging(self) -> Staging:
        """Where the rows wait."""
        return Staging(beside(self.table, self.order), self.columns, self.order)

    @property
    def staging_of_wrong(self) -> Staging:
        """Where those of rejected content do, to be compared with what stands in the table."""
        return Staging(beside(self.table, f"{self.order} wrong"), self.wrong, self.order)

    @property
    def stagings(self) -> tuple[Staging, ...]:
        """All that it needs."""
        return (self.staging, self.staging_of_wrong) if self.wrong else (self.staging,)


@dataclass(frozen=True, slots=True)
class Came:
    """How it went. `mended`: rows of rejected content that were changed; None where none could be
    told from others."""

    is_late: bool
    mended: int | None


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


def swap(connection: Connection, load: Load, *, is_there: bool, note: Note) -> Came:
    """Everything but the commit, in a transaction of its own. Outranked: nothing was changed.

    An upsert that comes after a newer one adds the rows whose key is missing. It changes those
    that are as rejected content left them, and no others.
    """
    stands = notes.locked(connection, load.table)
    is_late = stands > load.rank and stands != load.overrules
    if is_late and not load.is_upsert:
        raise Outranked
    if not is_there:
        _create(connection, load)
    elif not load.is_upsert:
        connection.execute(sql.SQL("DELETE FROM {}").format(load.table.identifier))
    mended = _mended(connection, load) if is_late and load.wrong else None
    connection.execute(_insert(load, is_late=is_late))
    write = notes.came_late if is_late else notes.stands
    write(connection, load.table, note)
    for staging in load.stagings:
        connection.execute(sql.SQL("DROP TABLE {}").format(staging.table.identifier))
    return Came(is_late, mended)


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


def _mended(connection: Connection, load: Load) -> int | None:
    """None as well where the table takes no such change, a second unique column for example: what
    is missing is added all the same."""
    connection.execute("SAVEPOINT mending")
    try:
        return _mend(connection, load)
    except (errors.IntegrityError, errors.DataError):
        connection.execute("ROLLBACK TO SAVEPOINT mending")
        return None


def _mend(connection: Connection, load: Load) -> int | None:
    """Change the rows that are still as rejected content left them. By their texts, as not every
    type can be compared; None where the two have nothing to be compared by."""
    key = set(load.key)
    taken = [column.name for column in load.columns if column.name not in key]
    wrong = {column.name for column in load.wrong}
    compared = [name for name in taken if name in wrong]
    if not key <= wrong or not compared:
        return None
    statement = sql.SQL(
        "UPDATE {table} AS stands SET {taken} FROM {right} AS right_one JOIN {wrong} AS wrong_one "
        "ON {same_key} WHERE {this_key} AND {as_left} IS NOT DISTINCT FROM {as_it_is} "
        "AND {right_texts} IS DISTINCT FROM {present_texts}"
    ).format(
        table=load.table.identifier,
        right=load.staging.table.identifier,
        wrong=load.staging_of_wrong.table.identifier,
        taken=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("right_one", name))
            for name in taken
        ),
        same_key=_same(load.key, "wrong_one", "right_one"),
        this_key=_same(load.key, "stands", "right_one"),
        as_left=_texts(compared, "wrong_one"),
        as_it_is=_texts(compared, "stands"),
        right_texts=_texts(taken, "right_one"),
        present_texts=_texts(taken, "stands"),
    )
    return connection.execute(statement).rowcount


def _same(names: Sequence[str], one: str, other: str) -> sql.Composed:
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(one, name), sql.Identifier(other, name))
        for name in names
    )


def _texts(names: Sequence[str], of: str) -> sql.Composed:
    texts = sql.SQL(", ").join(
        sql.SQL("{}::text").format(sql.Identifier(of, name)) for name in names
    )
    return sql.SQL("ROW({})").format(texts)


def _insert(load: Load, *, is_late: bool) -> sql.Composed:
    names = [column.name for column in load.columns]
    insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        load.table.identifier, _names(names), _names(names), load.staging.table.identifier
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
