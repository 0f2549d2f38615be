"""Rows on their way into somebody's table: staged beside it, then put in its place in one act.

What is done inside one transaction of the client's database: lock the note of what stands in the
table, see that nothing newer does, replace the rows, write the note. It is left open; whoever
called commits. See docs/decisions/table-swap.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from pipelines.connections.postgres import catalogue, notes
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.correcting import Correction, correct
from pipelines.connections.postgres.notes import Came, Note
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.staging import Staging, beside
from pipelines.connections.postgres.types import Found
from pipelines.connections.postgres.writing import declared, fits
from pipelines.engines.base import Column

INCOMPARABLE = "it can't be compared with the table"


class Outranked(Exception):
    """Something newer stands in the table already."""


class Overtaken(Exception):
    """Something newer came just now, and what it means for rejected rows was not made ready."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to stand in the table. `order` tells tries at one place apart, oldest first.

    `overrules`: the rank of rejected content, which keeps nobody out; "" is none. `rejected` is
    such content beside it, which an upsert corrects where it comes late, `others` of it what has
    repairs of its own to come; `untold` says why some of it is not there;
    `is_patient`: another try will come.
    """

    table: Table
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_upsert: bool
    rank: str
    order: str
    overrules: str
    checksum: str
    rejected: tuple[Staging, ...] = ()
    others: frozenset[Table] = frozenset()
    untold: str = ""
    is_patient: bool = False

    @property
    def staging(self) -> Staging:
        """Where the rows wait."""
        return Staging(beside(self.table, self.order), self.columns, self.order)

    @property
    def stagings(self) -> tuple[Staging, ...]:
        """All that is beside the table for it."""
        return (self.staging, *self.rejected)

    def of_rejected(self, number: int, columns: tuple[Column, ...]) -> Staging:
        """Where rows of rejected content wait, to be compared with what stands in the table."""
        return Staging(beside(self.table, f"{self.order} {number}"), columns, self.order)

    def is_behind(self, rank: str) -> bool:
        """Whether what has this rank is newer, and not rejected."""
        return rank > self.rank and rank != self.overrules


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


def swap(
    connection: Connection, load: Load, *, is_there: bool, is_ready_for_late: bool, note: Note
) -> Came | None:
    """Everything but the commit, in a transaction of its own. Outranked, Overtaken: nothing was
    changed. What it put beside something newer; None where it stands in the table itself.

    An upsert that comes after a newer one adds the rows whose key is missing. It changes those
    that are as rejected content left them, and no others.
    """
    is_late = load.is_behind(notes.locked(connection, load.table))
    if is_late and not load.is_upsert:
        raise Outranked
    if is_late and not is_ready_for_late:
        raise Overtaken
    if not is_there:
        _create(connection, load)
    elif not load.is_upsert:
        connection.execute(sql.SQL("DELETE FROM {}").format(load.table.identifier))
    came = _beside_newer(connection, load, note) if is_late else None
    if came is None:
        connection.execute(_insert(load, is_late=False))
        notes.stands(connection, load.table, note)
    for staging in load.stagings:
        connection.execute(sql.SQL("DROP TABLE {}").format(staging.table.identifier))
    return came


def _beside_newer(connection: Connection, load: Load, note: Note) -> Came:
    there = frozenset(each.name for each in catalogue.columns(connection, load.table))
    wanted = Correction(
        table=load.table,
        there=there,
        key=load.key,
        right=load.staging,
        rejected=load.rejected,
        others=load.others,
        is_patient=load.is_patient,
    )
    found = correct(connection, wanted)
    added = connection.execute(_insert(load, is_late=True)).rowcount
    untold = load.untold if found.is_told else INCOMPARABLE
    came = Came(added, found.rows, found.beside, untold)
    return notes.came_late(connection, load.table, note, came)


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
